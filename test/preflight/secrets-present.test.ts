import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { secretsPresent } from '../../harness/preflight/secrets-present.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const look = (secrets: readonly string[], env: Readonly<Record<string, string>>) =>
  secretsPresent.check(aPreflightContext({ plan: aRunPlan({ secrets }), env }))

describe('secretsPresent', (test) => {
  test('finds a secret in the environment or in a file', () =>
    withFiles({ token: 's3cret\n' }, async (folder) => {
      const findings = await look(['KEY', 'TOKEN'], { KEY: 'x', TOKEN_FILE: join(folder, 'token') })

      assert.equal(findings, [{ check: 'secrets-present', level: 'ok', message: '2 needed, all set' }])
    }))

  test('names every secret that is missing, and how to set it, but never a value', async () => {
    const findings = await look(['A', 'B', 'C'], { A: 'hunter2', B: '' })

    assert.equal(
      findings.map(({ level, message }) => [level, message]),
      [
        ['blocked', 'the secret B is not set'],
        ['blocked', 'the secret C is not set'],
      ],
    )
    assert.match(findings[1]?.hint ?? '', 'C_FILE')
    assert.not.match(JSON.stringify(findings), 'hunter2')
  })

  test('says why a secret could not be read from where its value is', async () => {
    const failure = 'cannot be read from Vault: there is nothing at secret/data/db'
    const plan = aRunPlan({ secrets: ['DB'] })
    const context = aPreflightContext({ plan, secretFailures: { DB: failure } })
    const [finding] = await secretsPresent.check(context)

    assert.equal([finding?.level, finding?.message], ['blocked', `the secret DB ${failure}`])
    assert.match(finding?.hint ?? '', 'VAULT_ADDR')
  })

  test('finds out before the load that a file of a secret cannot be read', async () => {
    const [finding] = await look(['TOKEN'], { TOKEN_FILE: '/nonexistent/token' })

    assert.is(finding?.level, 'blocked')
    assert.match(finding?.message ?? '', /the secret TOKEN is in a file that cannot be read: ENOENT/)
  })
})
