import { engine as core } from '@tensorflow/tfjs-core';
import {
  type FusedKernel,
  registerFusedKernel,
  type SequenceFacts,
  type SequenceOp,
  tensorflowOnCuda,
} from '../fused-kernels';
import { gru } from './gru';
import { registerGruBlockCells } from './gru-block-cells';
import { lstm, lstmOp } from './lstm';
import { registerNativeSequences } from './native-sequence';
import { rnn } from './rnn';

/** Registers the ops as TensorFlow.js kernels of its `tensorflow` backend, whatever that computes on. */
export function registerNativeKernels(): void {
  registerNativeSequences();
  registerGruBlockCells();
}

/** A sequence's operation, or its op of TensorFlow's library, by what is known of it. */
interface Native<Op extends SequenceOp> {
  unsupported(facts: SequenceFacts): string | undefined;
  device(facts: SequenceFacts): string;
  run: FusedKernel<Op>['run'];
}

export interface TensorflowOptions {
  /** Where they are to be the choice. Default: where TensorFlow computes on CUDA. */
  readonly backend?: string;
  /** Whether CudnnRNN may be called, which a CPU has not. Default: true. */
  readonly cudnn?: boolean;
}

/**
 * Registers the kernels of TensorFlow's library. On a CPU, where the WebAssembly engine is the choice, they run too, all but CudnnRNN:
 * `registerTensorflow({ backend: 'tensorflow', cudnn: false })`. Returns a function that takes them back.
 */
export function registerTensorflow({ backend = tensorflowOnCuda, cudnn = true }: TensorflowOptions = {}): () => void {
  const offer = <Op extends SequenceOp>(op: Op, { unsupported, device, run }: Native<Op>) =>
    registerFusedKernel<Op>({
      ...{ op, backend },
      device: (facts) =>
        `${backend === tensorflowOnCuda ? 'CUDA' : 'CPU'}, ${facts === undefined ? 'TensorFlow’s recurrent ops' : device(facts as SequenceFacts)}`,
      unsupported: (facts) => notForAny(facts) ?? unsupported(facts),
      run,
    } as FusedKernel<Op>);

  const taken = [
    offer('lstmSequence', {
      unsupported: ({ activation, numProj, cellClip }) => {
        if (numProj !== undefined) return 'neither CudnnRNN nor BlockLSTM has a projection';
        if (cellClip !== undefined && differentiates()) return 'the gradient of BlockLSTM does not know cellClip';
        return activation === 'tanh' ? undefined : `CudnnRNN and BlockLSTM have no ${activation} activation`;
      },
      device: (facts) =>
        facts.cellClip === undefined
          ? lstmOp(cudnn, facts)
          : 'BlockLSTM, or stock operations where it is differentiated',
      run: (sequences) => sequences.map((args) => lstm(cudnn, args)),
    }),
    offer('gruSequence', {
      unsupported: ({ activation, resetAfter }) => {
        if (activation !== 'tanh') return `CudnnRNN and GRUBlockCell have no ${activation} activation`;
        return resetAfter && !cudnn ? 'GRUBlockCell resets before the product, and CudnnRNN needs CUDA' : undefined;
      },
      device: ({ resetAfter }) => (resetAfter ? 'CudnnRNN' : 'GRUBlockCell at each step'),
      run: (sequences) => sequences.map(gru),
    }),
    offer('rnnSequence', {
      unsupported: ({ activation, unevenLengths = false }) => {
        if (!cudnn) return 'CudnnRNN needs CUDA';
        if (activation !== 'tanh' && activation !== 'relu') return `CudnnRNN has no ${activation} activation`;
        if (activation === 'relu' && unevenLengths)
          return 'CudnnRNN runs on past a row’s length, where relu may grow without bound';
        return undefined;
      },
      device: () => 'CudnnRNN',
      run: (sequences) => sequences.map(rnn),
    }),
  ];
  return () => {
    for (const takeBack of taken) takeBack();
  };
}

const differentiates = (): boolean => core().state.gradientDepth > 0;

/** What none of the ops does. */
function notForAny(facts: SequenceFacts): string | undefined {
  const { steps, batchSize, inputSize, numUnits, activation, swapMemory } = facts;
  if ([steps, batchSize, inputSize, numUnits].includes(0)) return 'there is nothing to compute';
  if (typeof activation === 'function') return 'the activation is a function of the caller’s own';
  return swapMemory ? 'TensorFlow’s recurrent ops have no swapMemory: they keep every state' : undefined;
}
