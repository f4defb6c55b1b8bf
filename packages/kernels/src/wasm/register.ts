import { registerFusedKernel, type SequenceFacts } from '../fused-kernels';
import type { LayeredSequenceArgs } from '../layered/layered-sequences';
import type { LayerState, SequenceLayer } from '../layered/sequence-layer';
import { engine, engineFault } from './engine';
import { hostBackends } from './host-backends';
import { kinds } from './kinds/kinds';
import { registerStackKernel, runStacks } from './stack-kernel';

const activations = (type: SequenceLayer['type']): readonly string[] =>
  Object.values(kinds).find((kind) => kind.type === type)?.activations ?? [];

/** What the engine does not do. */
function unsupported(type: SequenceLayer['type'], { steps, batchSize, activation }: SequenceFacts): string | undefined {
  if (steps === 0 || batchSize === 0) return 'there is nothing to compute';
  if (typeof activation === 'function') return 'the activation is a function of the caller’s own';
  if (!activations(type).includes(activation)) return `the engine has no ${activation} activation here`;
  return engineFault();
}

/** Registers the engine for every host backend. */
export function registerEngine(): void {
  registerStackKernel();
  const device = (): string => engine().device;
  for (const backend of hostBackends) {
    registerFusedKernel({
      ...{ op: 'layeredSequence', backend, device, run: runStacks },
      unsupported: (layers) => layers.map(({ type, ...facts }) => unsupported(type, facts)).find(Boolean),
    });
    for (const type of ['lstm', 'gru', 'rnn'] as const) {
      registerFusedKernel({
        ...{ op: `${type}Sequence`, backend, device },
        unsupported: (facts: SequenceFacts) => unsupported(type, facts),
        run: (sequences: readonly Omit<LayeredSequenceArgs, 'layers'>[]) =>
          runStacks(
            sequences.map((args) => ({ ...args, layers: [{ type, ...args } as unknown as SequenceLayer] })),
          ).map(({ outputs, states }) => ({ ...(outputs && { outputs }), ...(states[0] as LayerState) }) as never),
      });
    }
  }
}
