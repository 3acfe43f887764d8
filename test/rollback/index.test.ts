import * as assert from 'uvu/assert'
import { command } from '../../harness/rollback/command.ts'
import { gitUndo } from '../../harness/rollback/git.ts'
import { rollbackProcedures } from '../../harness/rollback/index.ts'
import { kubernetesUndo } from '../../harness/rollback/kubernetes.ts'
import { moduleUndo } from '../../harness/rollback/module.ts'
import { webhookUndo } from '../../harness/rollback/webhook.ts'
import { describe } from '../kit/suite.ts'

describe('rollbackProcedures', (test) => {
  test('take what the builders of scenarios make, and parsing twice changes nothing', () => {
    const built = [
      command(['node', 'undo.js'], { timeout: '30s', cwd: 'ops', env: ['CLUSTER'] }),
      webhookUndo({ url: 'https://ops.example/undo', secret: '{{secret.KEY}}', headers: { a: 'b' } }),
      gitUndo(),
      gitUndo({ tag: 'v1', mode: 'worktree', worktree: '../live' }),
      kubernetesUndo({ workload: 'deployment/checkout', namespace: 'shop' }),
      moduleUndo('./undo.ts', { env: ['REGION'] }),
    ]
    for (const { plugin, config } of built) {
      const { configSchema, describe: describeUndo } = rollbackProcedures.get(plugin)
      const parsed = configSchema.parse(config)

      assert.equal(configSchema.parse(parsed), parsed, plugin)
      assert.not.match(describeUndo(config), '\n')
    }
  })

  test('each say in a sentence what they do', () => {
    assert.equal(rollbackProcedures.names, ['command', 'webhook', 'git', 'kubernetes', 'module'])
    for (const { name, summary } of rollbackProcedures.all) assert.ok(summary.length > 10, name)
  })
})
