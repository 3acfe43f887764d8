/** The registry of rollback procedures. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import { command } from './command.ts'
import { git } from './git.ts'
import { kubernetes } from './kubernetes.ts'
import { module } from './module.ts'
import { webhook } from './webhook.ts'

export const rollbackProcedures = createRegistry('rollback procedure', [
  command,
  webhook,
  git,
  kubernetes,
  module,
])
