import * as assert from 'uvu/assert'
import * as z from 'zod'
import { httpConfigSchema, httpRequestSchema } from '../../../harness/targets/http/schema.ts'
import { describe } from '../../kit/suite.ts'

const URL = 'http://127.0.0.1:8080'

function problems(schema: z.ZodType, document: unknown): string {
  const { error } = schema.safeParse(document)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
}

describe('schema of the http target', (test) => {
  test('states every default', () => {
    assert.equal(httpConfigSchema.parse({ url: URL }), {
      url: URL,
      version: 1,
      headers: {},
      maxBody: '64MiB',
      followRedirects: 0,
      cookies: true,
      tls: { verify: true },
    })
    assert.equal(httpRequestSchema.parse({ path: '/' }), { method: 'GET', path: '/' })
  })

  test('reads what it has written', () => {
    const config = httpConfigSchema.parse({ url: URL, version: 2, maxBody: '1KiB', tls: { ca: 'ca.pem' } })

    assert.equal(httpConfigSchema.parse(config), config)
  })

  test('names each problem of a configuration with its path', () => {
    const text = problems(httpConfigSchema, {
      url: 'shop',
      version: 3,
      headers: { 'Content-Length': '5' },
      maxBody: '64',
      followRedirects: -1,
      tls: { verfy: true },
    })

    for (const path of ['url: ', 'version: ', 'headers: ', 'maxBody: ', 'followRedirects: ', 'tls: '])
      assert.ok(text.includes(path), path)
    assert.match(text, 'verfy')
    assert.match(text, '64MiB')
  })

  test('refuses headers that would break the request', () => {
    for (const headers of [
      { 'a b': 'c' },
      { a: 'b\r\nc: d' },
      { '': 'x' },
      { 'transfer-encoding': 'chunked' },
    ])
      assert.not.equal(problems(httpRequestSchema, { path: '/', headers }), '', JSON.stringify(headers))
  })

  test('takes one body at most, and paths that begin as paths do', () => {
    assert.match(problems(httpRequestSchema, { path: '/', json: {}, body: '' }), 'one body')
    assert.match(problems(httpRequestSchema, { path: 'items' }), 'path')
    assert.is(problems(httpRequestSchema, { path: '{{location}}', json: null }), '')
    assert.match(problems(httpRequestSchema, { path: '/', method: 'get' }), 'capitals')
  })

  test('describes itself as a JSON schema, a sentence to each key', () => {
    for (const schema of [httpConfigSchema, httpRequestSchema]) {
      const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
      assert.ok(Object.keys(properties).length > 5)
      for (const [key, property] of Object.entries(properties))
        assert.type((property as { description?: string }).description, 'string', key)
    }
  })
})
