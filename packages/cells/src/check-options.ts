import { checkFinite, checkFunction, checkThat } from './checks';

/**
 * Throws unless `options` is an object with names in camelCase, whose initializers, seeds and name are such where they are given: what these are called is
 * the same in every cell. What is a cell's own it checks itself.
 */
export function checkOptions(where: string, options: object): void {
  checkThat(typeof options === 'object' && options !== null, where, 'options to be an object', options);
  for (const [name, value] of Object.entries(options)) {
    // A name as Python has it would go unread.
    checkThat(!/_/.test(name), where, 'camelCase options', name);
    if (value === undefined) continue;
    if (/initializer$/i.test(name)) checkFunction(where, name, value);
    else if (/seed$/i.test(name)) checkFinite(where, name, value);
    else if (name === 'name') checkThat(typeof value === 'string', where, 'name to be a string', value);
  }
}
