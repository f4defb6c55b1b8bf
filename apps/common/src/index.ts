export { checkReportFile, writeReport } from './report-file';
export { runApp } from './run-app';
export { trainingCallbacks } from './training-callbacks';
export { type TrainingFlags, trainingCommand } from './training-command';
export { type RunFacts, type TestResult, type TrainingReport, trainingReport } from './training-report';
