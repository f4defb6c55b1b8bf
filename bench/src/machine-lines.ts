import { availableParallelism, cpus, totalmem } from 'node:os';

/** What figures were measured on, a line each: the processor, Node, memory. */
export function machineLines(): string[] {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  const cores = availableParallelism();
  return [
    `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
  ];
}
