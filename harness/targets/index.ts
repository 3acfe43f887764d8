/** Everything that can be put under load. A new target is one file (or folder) and one line here. */
import { createRegistry } from '../base/registry.ts'
import { functionTarget } from './function.ts'
import { httpTarget } from './http/index.ts'
import { sandboxTarget } from './sandbox/index.ts'

export const targets = createRegistry('target', [httpTarget, functionTarget, sandboxTarget])
