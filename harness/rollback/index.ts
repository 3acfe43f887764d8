/** Every way to put a system back. A new one is one file, one line here and its builder in `harness/index.ts`. */
import { createRegistry } from '../base/registry.ts'
import { commandPlugin } from './command.ts'
import { gitPlugin } from './git.ts'
import { kubernetesPlugin } from './kubernetes.ts'
import { modulePlugin } from './module.ts'
import { webhookPlugin } from './webhook.ts'

export const rollbackProcedures = createRegistry('rollback procedure', [
  commandPlugin,
  webhookPlugin,
  gitPlugin,
  kubernetesPlugin,
  modulePlugin,
])
