import { Command } from 'commander';
import { type WorkloadList, workloadLines } from './training-command';

interface TrainingApp {
  readonly name: string;
  readonly description: string;
  /** The first is the one that is meant where none is named. */
  readonly commands: readonly [Command, ...Command[]];
  readonly workloads: WorkloadList;
}

/**
 * A program with commands. Its help says what each does, and all of the first, with the workloads. What is wrong with the words of a user throws
 * `CommanderError`, after it is printed.
 */
export function trainingApp({ name, description, commands, workloads }: TrainingApp): Command {
  const app = new Command(name).description(description).exitOverride();
  for (const command of commands) app.addCommand(command.exitOverride(), { isDefault: command === commands[0] });
  return app.addHelpText('after', () => `\n${commands[0].helpInformation()}\n${workloadLines(workloads)}`);
}
