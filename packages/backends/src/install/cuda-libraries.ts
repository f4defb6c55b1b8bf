import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The pip packages with CUDA that a wheel of TensorFlow asks for in its extra `and-cuda`, each with its versions, from its METADATA. */
export function cudaRequirements(metadata: string): string[] {
  return metadata
    .split('\n')
    .map((line) => /^Requires-Dist: (nvidia-\S+?)\s*(?:\(([^)]*)\))?\s*; extra == ['"]and-cuda['"]\s*$/.exec(line))
    .flatMap((found) => (found ? [`${found[1]}${found[2] ?? ''}`] : []));
}

/** A library in one of those packages: `nvidia/cudnn/lib/libcudnn.so.9`. */
export const isCudaLibrary = (path: string): boolean => /^nvidia\/[^/]+\/lib\/[^/]+\.so(\.\d+)*$/.test(path);

/**
 * The libraries that TensorFlow opens by their bare names when it looks for a GPU. It finds them only where they are loaded already, since nothing
 * else tells the loader of their folders; so the binding is linked with them.
 */
export const openedByName = (path: string): boolean =>
  /\/lib(cudart|cublas|cublasLt|cudnn|cufft|cupti|curand|cusolver|cusparse|nccl|nvJitLink)\.so\.\d+$/.test(path);

/** The requirements of a wheel that is unpacked in `folder`, `metadata` being one of its files. */
export async function readCudaRequirements(folder: string, metadata: string): Promise<string[]> {
  return cudaRequirements(await readFile(join(folder, metadata), 'utf8'));
}
