export { closingTable } from './closing-table';
export { checkReportFile, writeReport } from './report-file';
export { runApp } from './run-app';
export { type ProgramRun, runProgram } from './run-program';
export { trainingCallbacks } from './training-callbacks';
export { type TrainingFlags, trainingCommand } from './training-command';
export { type RunFacts, type TestResult, type TrainingReport, trainingReport } from './training-report';
export { wordsOfUser } from './words-of-user';
