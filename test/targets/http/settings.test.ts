import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { httpConfigSchema } from '../../../harness/targets/http/schema.ts'
import { settingsOf } from '../../../harness/targets/http/settings.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE } from '../../kit/tls.ts'

const settings = (config: object) => settingsOf(httpConfigSchema.parse(config))

describe('settingsOf', (test) => {
  test('makes numbers of what people write', () => {
    const { bodyBytesMax, followRedirects, cookies, basePath, authority } = settings({
      url: 'http://127.0.0.1:81/api',
      maxBody: '2KiB',
      followRedirects: 3,
      cookies: false,
    })

    assert.equal(
      [bodyBytesMax, followRedirects, cookies, basePath, authority],
      [2048, 3, false, '/api', '127.0.0.1:81'],
    )
  })

  test('verifies certificates unless told not to', () => {
    assert.is(settings({ url: 'https://h' }).tls.rejectUnauthorized, true)
    assert.is(settings({ url: 'https://h', tls: { verify: false } }).tls.rejectUnauthorized, false)
    assert.equal(settings({ url: 'http://h' }).tls, {})
  })

  test('reads the authority to trust, or says which file cannot be used', () => {
    assert.ok(settings({ url: 'https://h', tls: { ca: LOCALHOST_CERT_FILE } }).tls.secureContext)

    for (const ca of ['/nowhere/ca.pem', fileURLToPath(import.meta.url)])
      assert.throws(
        () => settings({ url: 'https://h', tls: { ca } }),
        (error: unknown) =>
          error instanceof HarnessError && error.code === 'SCENARIO_INVALID' && /tls\.ca/.test(error.message),
      )
  })
})
