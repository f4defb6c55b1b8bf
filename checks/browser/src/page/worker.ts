import { checkEngine } from './check-engine';

addEventListener('message', async ({ data }) => postMessage(await checkEngine(data)));
