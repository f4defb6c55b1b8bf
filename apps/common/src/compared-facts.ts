import { backendInWords, kernelInWords } from './header-lines';
import type { TrainingReport } from './training-report';

/** On what the runs of a comparison ran, a name and a value each: the backend, and each kernel with the workloads that it ran. */
export function comparedFacts(reports: readonly TrainingReport[]): [name: string, value: string][] {
  const kernels = new Map<string, string[]>();
  for (const { kernel, workload } of reports) kernels.set(kernel, [...(kernels.get(kernel) ?? []), workload]);
  const backends = new Set(reports.map(({ backend, device }) => `${backend}, ${device}`));
  return [
    ...[...backends].map((backend): [string, string] => ['backend', backendInWords(backend)]),
    ...[...kernels].map(([kernel, names]): [string, string] => ['kernel', kernelInWords(kernel, names)]),
  ];
}
