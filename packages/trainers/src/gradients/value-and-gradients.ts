// tfjs-core registers no gradients by itself.
import '@rnn/cells/gradients';
import { ArgumentError } from '@rnn/cells';
import { engine, type Scalar, Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/** A loss, and its gradients by the variables' names. Whoever asked for them frees them. */
export interface ValueAndGradients {
  readonly value: Scalar;
  /** Each of its variable's shape. A variable that the loss does not depend on has none, as TensorFlow 1 gives `None` for it. */
  readonly gradients: Map<string, Tensor>;
}

/**
 * Computes a loss and its gradients by the variables, of which those that are not trainable are left out. Whatever else `loss` makes is
 * freed, also when it throws. Throws `ArgumentError` where the loss is no scalar, where there is nothing to differentiate by, and where the loss
 * makes variables itself, as a cell does that is first run in it: they would not be trained.
 */
export function valueAndGradients(loss: () => Scalar, variables: ReadonlyMap<string, Variable>): ValueAndGradients {
  const trainable = [...variables].filter(([, { trainable }]) => trainable);
  if (trainable.length === 0) {
    throw new ArgumentError('valueAndGradients', 'at least one trainable variable', 'none', 'Is the model built?');
  }
  const scalarLoss = () => {
    const before = trainableCount();
    const value = loss();
    const made = trainableCount() - before;
    if (made > 0) {
      const remedy = 'Build the cell first, or give it its inputSize.';
      throw new ArgumentError('valueAndGradients', 'a loss whose variables are there', `one that made ${made}`, remedy);
    }
    if (value instanceof Tensor && value.rank === 0 && value.dtype === 'float32') return value;
    const got = value instanceof Tensor ? `${value.dtype} ${shapeText(value.shape)}` : typeof value;
    throw new ArgumentError('valueAndGradients', 'the loss to be one float32 number, of shape []', got);
  };
  const targets = trainable.map(([, variable]) => variable);
  return freeingTape(() => {
    let value: Scalar | undefined;
    const gradients = new Map<string, Tensor>();
    tidy(() => {
      const result = engine().gradients(scalarLoss, targets, undefined, true);
      value = result.value;
      // The engine's type hides that there is none for a variable the loss does not touch.
      for (const [k, gradient] of (result.grads as (Tensor | undefined)[]).entries()) {
        if (gradient !== undefined) gradients.set((trainable[k] as [string, Variable])[0], gradient);
      }
      return [result.value, ...gradients.values()];
    });
    return { value: value as Scalar, gradients };
  });
}

const trainableCount = (): number =>
  Object.values(engine().registeredVariables).filter(({ trainable }) => trainable).length;

/** Runs `differentiate`; when it throws, frees what was kept for the backward pass, which the engine would never find again. */
function freeingTape<T>(differentiate: () => T): T {
  try {
    return differentiate();
  } catch (error) {
    const { state } = engine();
    if (state.gradientDepth === 0) {
      for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
      state.activeTape = [];
    }
    throw error;
  }
}
