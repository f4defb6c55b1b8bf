import { Argument, Command, Help } from 'commander';
import { type RunFlags, runOptions } from './run-options';
import { type ValueFlags, valueOptions } from './value-options';

/** What the flags of a training app say. What is left out takes the workload's value. */
export interface TrainingFlags extends ValueFlags, RunFlags {}

/** What each workload is, by name. */
export type WorkloadList = Readonly<Record<string, { readonly description: string }>>;

interface TrainingCommand {
  readonly description: string;
  readonly workloads: WorkloadList;
  readonly defaultWorkload: string;
}

/** `train`, which the training apps share; an app adds its own flags and the action. */
export function trainingCommand({ description, workloads, defaultWorkload }: TrainingCommand): Command {
  const choices = Object.keys(workloads);
  const command = new Command('train')
    .description(description)
    .addArgument(new Argument('[workload]', 'what to train, see below').choices(choices).default(defaultWorkload));
  return runOptions(valueOptions(command)).addHelpText('after', `\n${workloadLines(workloads)}`);
}

/** What there is to train, for the end of a help, as wide as that. */
export function workloadLines(workloads: WorkloadList): string {
  const help = new Help();
  help.prepareContext({ helpWidth: process.stdout.columns ?? 80 });
  const width = Math.max(...Object.keys(workloads).map((name) => name.length));
  const lines = Object.entries(workloads).map(([name, { description }]) =>
    help.formatItem(name, width, description, help),
  );
  return ['Workloads:', ...lines].join('\n');
}
