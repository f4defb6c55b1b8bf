import { ArgumentError } from './argument-error';
import { checkFinite, checkFlag, checkFunction, describeValue } from './checks';

/** The options that are true or false, of all cells. */
const flags: readonly string[] = [
  'coupleCarryTransformGates',
  'coupleInputForgetGates',
  'layerNorm',
  'norm',
  'shareTimeFrequencyWeights',
  'skipConnection',
  'stateIsTuple',
  'trainableRatioOn',
  'useBias',
  'usePeepholes',
  'variationalRecurrent',
];

/**
 * Throws unless `options` is an object whose flags, initializers, seeds and name are such where they are given: what these are called is the same in
 * every cell. What is a cell's own it checks itself.
 */
export function checkOptions(where: string, options: object): void {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(where, 'options to be an object', describeValue(options));
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (flags.includes(name)) checkFlag(where, name, value);
    else if (/initializer$/i.test(name)) checkFunction(where, name, value);
    else if (/seed$/i.test(name)) checkFinite(where, name, value);
    else if (name === 'name' && typeof value !== 'string')
      throw new ArgumentError(where, 'name to be a string', describeValue(value));
  }
}
