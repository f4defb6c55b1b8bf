import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { include: ['src/webgpu/dev/*.test.ts'], pool: 'forks', testTimeout: 60000, setupFiles: ['../../vitest.webgpu.ts'] } });
