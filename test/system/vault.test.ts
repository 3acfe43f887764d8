import * as assert from 'uvu/assert'
import { readVault, renewVaultToken, type VaultAccess } from '../../harness/system/vault.ts'
import { aVault, withVault } from '../kit/governance-servers.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const TOKEN = 'hvs.a-token-of-this-test'

const accessTo = (address: string, token = TOKEN): VaultAccess => ({ address, token, namespace: undefined })

const failureOf = (read: Promise<string>) =>
  read.then(
    (value) => `read ${value}`,
    (error: Error) => error.message,
  )

/** A server with one answer for everything. */
async function answering(
  status: number,
  body: string,
  run: (access: VaultAccess, seen: string[]) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const seen: string[] = []
  const server = await startHttpServer((request, response) => {
    seen.push(`${request.url} ${request.headers['x-vault-namespace'] ?? ''}`.trim())
    response.writeHead(status, headers).end(body)
  })
  try {
    await run(accessTo(server.url), seen)
  } finally {
    await server.close()
  }
}

describe('readVault', (test) => {
  test('reads a field of the second version of the key-value engine', () => {
    const vault = aVault(TOKEN)
    vault.secrets.set('secret/data/db', { password: 'hunter2' })
    return withVault(vault, async (url) => {
      assert.is(await readVault(accessTo(`${url}/`), 'secret/data/db', 'password'), 'hunter2')
      await renewVaultToken(accessTo(url))
      assert.is(vault.renewals, 1)
    })
  })

  test('reads fields that are not wrapped, and numbers as text', () =>
    answering(200, '{"data":{"password":"x","port":5432}}', async (access, seen) => {
      assert.is(await readVault({ ...access, namespace: 'team' }, 'database/creds/app', 'password'), 'x')
      assert.is(await readVault(access, 'database/creds/app', 'port'), '5432')
      assert.equal(seen, ['/v1/database/creds/app team', '/v1/database/creds/app'])
    }))

  test('says why there is no value, without any value', async () => {
    const vault = aVault(TOKEN)
    vault.secrets.set('secret/data/db', { password: 'hunter2' })
    await withVault(vault, async (url) => {
      const read = (path: string, field: string, token?: string) =>
        failureOf(readVault(accessTo(url, token), path, field))
      assert.is(await read('secret/data/db', 'user'), 'the secret at secret/data/db has no field user')
      assert.is(await read('secret/data/none', 'user'), 'there is nothing at secret/data/none')
      assert.is(
        await read('secret/data/db', 'password', 'another'),
        'status 403 for secret/data/db: permission denied',
      )
    })
    await answering(200, '{"data":{"password":{"a":1}}}', async (access) => {
      assert.is(await failureOf(readVault(access, 'a/b', 'password')), 'the field password of a/b is no text')
    })
    await answering(503, '<html>', async (access) => {
      assert.is(await failureOf(readVault(access, 'a/b', 'password')), 'status 503 for a/b')
    })
    assert.match(
      await failureOf(readVault(accessTo('http://127.0.0.1:1'), 'a/b', 'c')),
      /ECONNREFUSED|refused/,
    )
  })

  test('follows no redirect: the token goes to no other host', () =>
    answering(200, '{"data":{"c":"stolen"}}', ({ address: elsewhere }, seen) =>
      answering(
        307,
        '',
        async (access) => {
          assert.is(await failureOf(readVault(access, 'a/b', 'c')), 'status 307 for a/b')
          assert.equal(seen, [])
        },
        { location: `${elsewhere}/v1/a/b` },
      ),
    ))
})
