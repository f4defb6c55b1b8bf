import { expect, it } from 'vitest';
import { cudaRequirements, isCudaLibrary, openedByName } from './cuda-libraries';

it("reads CUDA's packages and their versions from a wheel's METADATA, and no other extra", () => {
  const metadata = [
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    "Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.27.7) ; extra == 'and-cuda'",
    'Requires-Dist: nvidia-nothing; extra == "gcs-filesystem"',
  ].join('\n');
  expect(cudaRequirements(metadata)).toEqual(['nvidia-cublas-cu12<13.0,>=12.5.3.2', 'nvidia-nccl-cu12<3.0,>=2.27.7']);
});

it('knows the libraries of those packages, and those among them that TensorFlow opens by name', () => {
  const [cudnn, ops, nvblas] = [
    'cudnn/lib/libcudnn.so.9',
    'cudnn/lib/libcudnn_ops.so.9',
    'cublas/lib/libnvblas.so.12',
  ].map((path) => `nvidia/${path}`) as [string, string, string];
  expect([cudnn, ops, nvblas, 'nvidia/cudnn/include/cudnn.h', 'nvidia/__init__.py'].map(isCudaLibrary)).toEqual([
    ...[true, true, true, false, false],
  ]);
  expect([cudnn, ops, nvblas].map(openedByName)).toEqual([true, false, false]);
});
