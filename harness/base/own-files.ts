/**
 * Files of this package: from source `harness/<path>.ts`, run by tsx; once built `dist/<path>.js`, where code that several of
 * them share lies in `dist/chunks/`.
 */
import { fileURLToPath } from 'node:url'

/** The folder of `package.json`; this module lies two levels below it, from source and built. */
export const OWN_PACKAGE = new URL('../../', import.meta.url)

const FROM_SOURCE = import.meta.url.endsWith('.ts')
const OWN_CODE = ['harness/', 'dist/'].map((folder) => fileURLToPath(new URL(folder, OWN_PACKAGE)))

/** Returns the address of a file that a thread, a process or an author's module starts with. @param path without extension, from the root of the source */
export function ownFile(path: string): URL {
  return new URL(FROM_SOURCE ? `harness/${path}.ts` : `dist/${path}.js`, OWN_PACKAGE)
}

/** Says whether a path in the file system is one of this package's code. */
export function isOwnCode(path: string): boolean {
  return OWN_CODE.some((folder) => path.startsWith(folder))
}
