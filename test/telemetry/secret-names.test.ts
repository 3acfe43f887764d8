import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretName, maskNamed } from '../../harness/telemetry/secret-names.ts'
import { describe } from '../kit/suite.ts'

describe('isSecretName', (test) => {
  test('knows a name in any case, with any separators, and with anything before it', () => {
    const names = fc.constantFrom(
      'authorization',
      'set cookie',
      'x api key',
      'passwd',
      'private key',
      'token',
    )
    const separators = fc.constantFrom('-', '_', '.', '')
    const cases = fc.constantFrom(
      (text: string) => text.toUpperCase(),
      (text: string) => text.replace(/(^|[^a-z])([a-z])/g, (found) => found.toUpperCase()),
      (text: string) => text,
    )
    fc.assert(
      fc.property(names, separators, cases, fc.constantFrom('', 'my '), (name, separator, inCase, before) =>
        assert.ok(isSecretName(inCase(before + name).replaceAll(' ', separator))),
      ),
    )
  })

  test('leaves other names', () => {
    for (const name of [
      '',
      'accept',
      'tokenizer',
      'keys',
      'author',
      'passed',
      'monkey',
      'runId',
      'correlationId',
    ])
      assert.not.ok(isSecretName(name), name)
  })
})

describe('maskNamed', (test) => {
  test('hides values beside names in lines, in JSON, in queries and in addresses', () => {
    const cases = {
      'Cookie: a=1; b=2\r\nHost: h': 'Cookie: #\r\nHost: h',
      '{"Set-Cookie":"a=1; b=2","x":1}': '{"Set-Cookie":"#","x":1}',
      'password=abc&user=me': 'password=#&user=me',
      "client_secret: 'abc', a": "client_secret: '#', a",
      'postgres://me:p@h:5432/db': 'postgres://me:#@h:5432/db',
      'Proxy-Authorization: Basic abc': 'Proxy-Authorization: #',
    }
    for (const [text, expected] of Object.entries(cases)) assert.is(maskNamed(text, '#'), expected)
  })

  test('leaves text that names nothing', () => {
    for (const text of ['http://h:80/a@b', 'the token was refused', 'Basic auth', 'a: b', 'Bearer of news'])
      assert.is(maskNamed(text, '#'), text)
  })

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('token', '=', ':', ' ', '"', 'x', '://', '@', '\n', 'cookie')),
        (parts) => {
          const once = maskNamed(parts.join(''), '***')
          assert.is(maskNamed(once, '***'), once)
        },
      ),
    )
  })
})
