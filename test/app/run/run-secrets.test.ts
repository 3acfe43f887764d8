import * as assert from 'uvu/assert'
import { RunSecrets } from '../../../harness/app/run/run-secrets.ts'
import { createMask } from '../../../harness/base/secret-mask.ts'
import { aVault, withVault } from '../../kit/governance-servers.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const TOKEN = 'hvs.a-token-of-this-test'
const PLAN = {
  secrets: ['DB', 'KEY'],
  secretSources: {
    DB: { from: 'vault' as const, path: 'secret/data/db', field: 'password', refreshMs: 60_000 },
  },
}

const vaultWith = (password: string) => {
  const vault = aVault(TOKEN)
  vault.secrets.set('secret/data/db', { password })
  return vault
}

describe('RunSecrets', (test) => {
  test('reads what the environment does not have, and hides the token as well', () =>
    withVault(vaultWith('hunter2'), async (url) => {
      const secrets = await RunSecrets.read(PLAN, { VAULT_ADDR: url, VAULT_TOKEN: TOKEN, KEY: 'a key' })

      assert.equal([secrets.values()['DB'], secrets.values()['KEY']], ['hunter2', 'a key'])
      assert.is(createMask(secrets.values())(`${TOKEN} opens hunter2`), '*** opens ***')
      assert.is(secrets.values(), secrets.values())
    }))

  test('asks nobody for a secret that the environment has', () => {
    const vault = vaultWith('hunter2')
    return withVault(vault, async (url) => {
      const env = { VAULT_ADDR: url, VAULT_TOKEN: TOKEN, KEY: 'a key', DB: 'mine' }
      assert.is((await RunSecrets.read(PLAN, env)).values()['DB'], 'mine')
      assert.is(vault.reads, 0)
    })
  })

  test('keeps the reason of each that cannot be read', async () => {
    const failuresIn = async (env: Readonly<Record<string, string>>) =>
      (await RunSecrets.read(PLAN, { KEY: 'a key', ...env })).failures

    assert.equal(await failuresIn({}), { DB: 'cannot be read from Vault: VAULT_ADDR is not set' })
    assert.match(
      (await failuresIn({ VAULT_ADDR: 'http://127.0.0.1:1' }))['DB'] ?? '',
      /needs the secret VAULT_TOKEN/,
    )
    await withVault(vaultWith('hunter2'), async (url) => {
      const failures = await failuresIn({ VAULT_ADDR: url, VAULT_TOKEN: 'of somebody else' })
      assert.match(failures['DB'] ?? '', /status 403/)
    })
  })

  test('reads again in its time, renews the token, and goes on hiding what was', () => {
    const vault = vaultWith('hunter2')
    return withVault(vault, async (url) => {
      const clock = new VirtualClock()
      const secrets = await RunSecrets.read(PLAN, { VAULT_ADDR: url, VAULT_TOKEN: TOKEN, KEY: 'a key' })
      const values = secrets.values()
      const mask = createMask(values)
      const told: string[] = []
      const stop = secrets.keepFresh(
        clock,
        (name, value) => told.push(`${name} ${value}`),
        (message) => told.push(message),
      )

      vault.secrets.set('secret/data/db', { password: 'correct horse' })
      await clock.advance(60_000)
      await until(() => told.length === 1)
      assert.equal(told, ['DB correct horse'])
      assert.is(values['DB'], 'correct horse')
      assert.is(vault.renewals, 1)
      assert.is(mask('hunter2, correct horse'), '***, ***')

      vault.secrets.delete('secret/data/db')
      await until(() => clock.pendingCount > 0)
      await clock.advance(60_000)
      await until(() => told.length === 2)
      assert.is(told[1], 'the secret DB cannot be read again: there is nothing at secret/data/db')
      assert.is(values['DB'], 'correct horse')

      vault.secrets.set('secret/data/db', { password: 'battery staple' })
      await until(() => clock.pendingCount > 0)
      await clock.advance(6_000)
      await until(() => told.length === 3)
      assert.is(values['DB'], 'battery staple')
      stop()
    })
  })
})
