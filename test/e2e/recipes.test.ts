import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { CliProcess } from '../kit/cli.ts'
import { aVault, withConsul, withOpa, withVault } from '../kit/governance-servers.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const EXAMPLES = join(new URL('../..', import.meta.url).pathname, 'scenarios', 'examples')
const TOKEN = 'hvs.a-token-of-this-test'
const LOAD = ['--duration', '1s', '--warm-up', '0s', '--rate', '20/s', '--json', '--quiet', '--no-history']

interface Seen {
  readonly verdict: VerdictDocument
  readonly stdout: string
}

/** Runs a recipe with a token in its environment. */
async function runRecipe(
  file: string,
  url: string,
  more: readonly string[] = [],
  token = TOKEN,
): Promise<Seen> {
  let stdout = ''
  await withScratch(async (folder) => {
    const args = ['run', join(EXAMPLES, file), ...LOAD, '--target', url, ...more]
    const end = await new CliProcess(args, folder, [], { CONSUL_TOKEN: token, VAULT_TOKEN: token }).ended
    if (!end.stdout.startsWith('{')) throw new Error(`exit ${end.status}: ${end.stderr}`)
    stdout = end.stdout
  })
  return { stdout, verdict: JSON.parse(stdout) as VerdictDocument }
}

/** Answered requests by step, good and bad. */
const endsOf = ({ verdict: { summary } }: Seen) =>
  Object.fromEntries(
    Object.entries(summary.steps).map(([step, { ok, failed }]) => [
      step,
      `${ok > 0 ? 'ok' : ''}${failed > 0 ? 'failed' : ''}`,
    ]),
  )

describe('The recipes', (test) => {
  test('opa: is given the decisions that it has to make, and a package that is not there is no decision', () =>
    withOpa(async (url) => {
      const seen = await runRecipe('opa.ts', url)
      assert.equal(endsOf(seen), { allow: 'ok', deny: 'ok' })
      assert.ok((seen.verdict.summary.components['policy']?.p50 ?? 0) >= 5)

      const path = 'journeys.decide.steps[0].request.path=/v1/data/missing/allow'
      assert.equal(endsOf(await runRecipe('opa.ts', url, ['--set', path])), { allow: 'failed' })
    }))

  test('consul: writes and reads a key with the token, and is refused without it', () =>
    withConsul(TOKEN, async (url) => {
      assert.equal(endsOf(await runRecipe('consul.ts', url)), { get: 'ok', 'get stale': 'ok', put: 'ok' })
      assert.equal(endsOf(await runRecipe('consul.ts', url, [], 'another-token-of-no-use')), {
        put: 'failed',
      })
    }))

  test('vault: reads a secret with the token, and writes neither of them anywhere', async () => {
    const vault = aVault(TOKEN)
    vault.secrets.set('secret/data/proofload', { password: 'never-written' })
    await withVault(vault, async (url) => {
      const seen = await runRecipe('vault.ts', url)
      assert.equal(endsOf(seen), { read: 'ok', 'read none': 'ok' })
      assert.ok(vault.reads > 0)
      assert.not.match(seen.stdout, TOKEN)
      assert.not.match(seen.stdout, 'never-written')

      assert.equal(endsOf(await runRecipe('vault.ts', url, [], 'another-token-of-no-use')), {
        read: 'failed',
      })
    })
  })
})
