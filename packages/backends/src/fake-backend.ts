import type { Backend } from './backend';

/** A backend for tests: the cpu of TensorFlow.js under another name. Each part can be replaced by one that fails. */
export const fakeBackend = <Name extends string>(name: Name, parts: Partial<Backend<Name>> = {}): Backend<Name> => ({
  name,
  absence: async () => undefined,
  load: async () => ({
    registeredAs: 'cpu',
    versions: { [name]: '1.0.0' },
    device: () => `CPU, as ${name}`,
    onGpu: () => false,
  }),
  remedy: `Mend ${name}.`,
  ...parts,
});
