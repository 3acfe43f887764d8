import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { CliProcess } from '../../kit/cli.ts'
import { aVault, withConsul, withOpa, withVault } from '../../kit/governance-servers.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const EXAMPLES = join(new URL('../../..', import.meta.url).pathname, 'scenarios', 'examples')
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

  test('vault: a secret that changes while the run lasts is read again, and no value of it is written', async () => {
    const vault = aVault(TOKEN)
    const [first, second] = ['the-first-token', 'the-second-token']
    vault.secrets.set('secret/data/api', { token: first })
    const seen = new Set<string | undefined>()
    const service = await startHttpServer(({ headers }, response) => {
      seen.add(headers.authorization)
      vault.secrets.set('secret/data/api', { token: second })
      response.end(`{"you": "${headers.authorization}"}`)
    })
    const scenario = {
      name: 'renewed',
      target: {
        plugin: 'http',
        config: { url: service.url, headers: { authorization: '{{secret.API_TOKEN}}' } },
      },
      secrets: [{ name: 'API_TOKEN', from: 'vault', path: 'secret/data/api', field: 'token', refresh: '1s' }],
      workload: { pattern: 'constant-rate', rate: '20/s', duration: '3s' },
      journeys: { use: { steps: [{ request: { path: '/' }, expect: { body: { json: { you: first } } } }] } },
    }
    await withVault(vault, (url) =>
      withScratch(async (folder) => {
        await writeFile(join(folder, 'renewed.json'), JSON.stringify(scenario))
        const args = ['run', 'renewed.json', '--warm-up', '0s', '--json', '--quiet', '--no-history']
        const env = { VAULT_ADDR: url, VAULT_TOKEN: TOKEN }
        const { stdout, stderr } = await new CliProcess(args, folder, [], env).ended
        assert.match(stdout, '"renewed"', stderr)
        const files = await readdir(join(folder, 'reports'), { recursive: true, withFileTypes: true })
        const texts = await Promise.all(
          files
            .filter((file) => file.isFile())
            .map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
        )
        assert.ok(texts.length > 0)
        for (const value of [first, second, TOKEN])
          for (const text of [stdout, stderr, ...texts])
            assert.not.ok(text.includes(value), `${value} in ${text}`)
      }),
    )
    await service.close()
    assert.equal([...seen], [first, second])
    assert.ok(vault.renewals > 0)
  })

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
