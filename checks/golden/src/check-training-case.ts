import { constant, type LSTMStateTuple, type RNNCell, VariableStore } from '@rnn/cells';
import * as trainers from '@rnn/trainers';
import { dynamicRnn } from '@rnn/unroll';
import {
  add,
  dispose,
  getBackend,
  matMul,
  type Rank,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { relativeError } from 'testing/relative-error';
import { tolerance } from 'testing/tolerance';
import { faultsOf } from './comparison';
import type { CellSpec, NamedValues, TrainingCase } from './golden-case';
import { camelCase, makeCell, NotSupported } from './make-cell';
import { runnerOptions } from './runner-options';

/**
 * What is wrong with a training case on the backend in use: the loss before each update and after the last, the first gradients and the final
 * weights. Throws `NotSupported` for a cell, head or optimiser that is not there.
 */
export async function checkTrainingCase(golden: TrainingCase): Promise<string[]> {
  if (golden.head.type !== 'dense_softmax') throw new NotSupported(`head ${golden.head.type}`);
  if (golden.runner.type !== 'dynamic_rnn') throw new NotSupported(`training by ${golden.runner.type}`);
  const { scope = 'rnn', ...options } = runnerOptions(golden);
  const bound = tolerance(getBackend());
  const cell = makeCell(golden.cell as CellSpec) as unknown as RNNCell<LSTMStateTuple>;
  const optimizer = makeOptimizer(golden);
  const store = new VariableStore();
  const inputs = tensor<Rank.R3>(golden.inputs.data, golden.inputs.shape as [number, number, number], 'float32');
  const labels = tensor(golden.labels, [golden.labels.length], 'int32');
  try {
    cell.build?.(golden.inputs.shape[2] as number, { scope, store });
    for (const { name, shape } of golden.initial_weights) {
      if (!store.variables.has(name)) store.getVariable(name, shape, { initializer: constant(0) });
    }
    assign(store.variables, golden.initial_weights);
    const loss = () => {
      const [, state] = dynamicRnn(cell, inputs, {
        timeMajor: golden.time_major,
        ...(golden.sequence_length && { sequenceLength: golden.sequence_length }),
        ...options,
      });
      const [kernel, bias] = ['softmax/kernel', 'softmax/bias'].map((name) => store.variables.get(name) as Variable);
      return trainers.softmaxCrossEntropy(add<Tensor2D>(matMul(state.h, kernel as Tensor2D), bias as Variable), labels);
    };
    const faults: string[] = [];
    const losses: number[] = [];
    for (let step = 0; step < golden.steps; step++) {
      const { value, gradients } = trainers.valueAndGradients(loss, store.variables);
      try {
        losses.push(...(await value.data()));
        if (step === 0)
          faults.push(
            ...(await compareAll('first gradient of', gradients, golden.first_step_gradients, bound.gradient)),
          );
        optimizer.applyGradients(store.variables, gradients);
      } finally {
        dispose([value, ...gradients.values()]);
      }
    }
    const last = tidy(loss);
    losses.push(...(await last.data().finally(() => last.dispose())));
    const error = relativeError(losses, [...golden.losses, golden.loss_after_last_step]);
    if (!(error <= bound.forward))
      faults.push(`losses: differ by ${error.toExponential(2)}, more than ${bound.forward}`);
    return [...faults, ...(await compareAll('final', store.variables, golden.final_weights, bound.gradient))];
  } finally {
    optimizer.dispose();
    store.dispose();
    inputs.dispose();
    labels.dispose();
  }
}

/** The export of `@rnn/trainers` with the optimiser's name: the learning rate first, the other options in camelCase. */
function makeOptimizer({ optimizer: { type, options } }: TrainingCase): trainers.Optimizer {
  const make = (trainers as Record<string, unknown>)[camelCase(type)] as
    | ((learningRate: number | undefined, options: object) => trainers.Optimizer)
    | undefined;
  if (make === undefined) throw new NotSupported(`optimizer ${type}`);
  const { learning_rate, ...rest } = options;
  return make(learning_rate, Object.fromEntries(Object.entries(rest).map(([key, value]) => [camelCase(key), value])));
}

function assign(variables: ReadonlyMap<string, Variable>, weights: readonly NamedValues[]): void {
  tidy(() => {
    for (const { name, data, shape } of weights)
      (variables.get(name) as Variable).assign(tensor(data, shape, 'float32'));
  });
}

async function compareAll(
  what: string,
  got: ReadonlyMap<string, Tensor>,
  want: readonly NamedValues[],
  bound: number,
): Promise<string[]> {
  if (got.size !== want.length) return [`${what} weights: want ${want.length}, got ${got.size}`];
  return faultsOf(
    want.map((values) => ({
      ...{ what: `${what} ${values.name}`, got: got.get(values.name) ?? tensor([]), want: values, bound },
    })),
  );
}
