#!/usr/bin/env node
// Here and not in dist, so that pnpm can link it in a workspace that is not built yet.
import '../dist/cli/main.js';
