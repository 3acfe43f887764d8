import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { scenarioFromUrls } from '../../../harness/scenario/from-url/url-scenario.ts'
import { sourceOfFlags, type UrlFlags } from '../../../harness/scenario/from-url/url-source.ts'
import { withFolder } from '../../kit/file-system.ts'
import { harnessErrorOf, planOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

const URL_HERE = 'http://127.0.0.1:8080/orders'
const ENV = { TOKEN: 'top-secret', LOGIN: 'ada:word', EMPTY: '' }
const sourceOf = (flags: UrlFlags, urls: readonly string[] = [URL_HERE], cwd = '/') => {
  const found = sourceOfFlags(urls, flags, { cwd, env: ENV })
  assert.ok(found !== null)
  return found as NonNullable<typeof found>
}
const requestOf = (flags: UrlFlags) => sourceOf(flags).source.requests[0]

describe('The flags of a URL', (test) => {
  test('say method, headers and body', () => {
    const { requests, settings } = sourceOf({ method: 'put', header: ['X-A: b: c'], body: 'plain' }).source

    assert.equal(requests, [
      {
        url: URL_HERE,
        method: 'PUT',
        headers: { 'X-A': 'b: c', 'content-type': 'text/plain; charset=utf-8' },
        body: 'plain',
      },
    ])
    assert.equal(settings, {})
    assert.equal([requestOf({})?.method, requestOf({ body: '{}' })?.method], ['GET', 'POST'])
  })

  test('name the type of a body that says itself what it is, and no other', () => {
    const typeOf = (flags: UrlFlags) => requestOf(flags)?.headers['content-type']

    assert.is(typeOf({ body: ' {"a": 1}' }), 'application/json')
    assert.is(typeOf({ body: '{a}' }), 'text/plain; charset=utf-8')
    assert.is(typeOf({ form: ['a=1', 'b=2=3 4'] }), 'application/x-www-form-urlencoded')
    assert.is(requestOf({ form: ['a=1', 'b=2=3 4'] })?.body, 'a=1&b=2%3D3+4')
    assert.is(typeOf({ body: '{}', header: ['Content-Type: x/y'] }), undefined)
    assert.is(typeOf({}), undefined)
  })

  test('keep secrets out of the scenario, whether typed or in the environment', () => {
    const { source, secrets } = sourceOf({
      header: ['Authorization: Bearer typed', 'X-Plain: 1', 'X-From: a env:TOKEN b', 'x-api-key: env:TOKEN'],
    })
    const basic = (user: string) => sourceOf({ user }).secrets['HEADER_AUTHORIZATION']

    assert.equal(source.requests[0]?.headers, {
      Authorization: '{{secret.HEADER_AUTHORIZATION}}',
      'X-Plain': '1',
      'X-From': 'a {{secret.TOKEN}} b',
      'x-api-key': '{{secret.TOKEN}}',
    })
    assert.equal(secrets, { HEADER_AUTHORIZATION: 'Bearer typed' })
    for (const user of ['ada:word', 'env:LOGIN'])
      assert.is(basic(user), `Basic ${Buffer.from('ada:word').toString('base64')}`, user)
    assert.is(basic('ada:env:TOKEN'), `Basic ${Buffer.from('ada:top-secret').toString('base64')}`)
    assert.equal(requestOf({ user: 'a:b' })?.headers, { authorization: '{{secret.HEADER_AUTHORIZATION}}' })
  })

  test('say how the server is reached', () => {
    const { settings } = sourceOf({
      insecure: true,
      cacert: 'ca.pem',
      cert: 'c.pem',
      key: '/k.pem',
      sni: 'shop',
      http2: true,
      timeout: '5s',
      connectTo: '127.0.0.1:1',
    }).source

    assert.equal(settings, {
      tls: { verify: false, ca: '/ca.pem', cert: '/c.pem', key: '/k.pem', serverName: 'shop' },
      version: 2,
      connectTo: '127.0.0.1:1',
      timeouts: { total: '5s' },
    })
    assert.equal(sourceOf({ unixSocket: 'run/shop.sock' }).source.settings, {
      connectTo: 'unix:/run/shop.sock',
    })
    const plan = planOf(scenarioFromUrls(sourceOf({ timeout: '5s', http2: true }).source))
    assert.equal([plan.timeouts.totalMs, plan.targets['main']?.config['version']], [5000, 2])
  })

  test('are about URLs, and no scenario file', () => {
    assert.is(sourceOfFlags(['shop.yaml'], {}, { cwd: '/', env: {} }), null)
    for (const [urls, flags, told] of [
      [
        ['shop.yaml'],
        { connectTo: 'a:1' },
        '--connect-to is about the request of a URL, and shop.yaml is a scenario file',
      ],
      [['a.yaml', 'b.yaml'], {}, 'a.yaml is no URL'],
      [['shop.yaml'], { urls: 'list' }, 'shop.yaml is no URL'],
      [[], {}, 'nothing to run was given'],
      [[URL_HERE], { curl: 'curl http://h' }, '--curl says the whole request'],
      [[], { curl: 'curl http://h', method: 'GET' }, '--curl says the whole request'],
      [[URL_HERE], { header: ['nothing'] }, "--header 'nothing' has no name and value"],
      [[URL_HERE], { header: ['x: env:EMPTY'] }, 'env:EMPTY is not set'],
      [[URL_HERE], { user: 'ada' }, '--user has no password'],
      [[URL_HERE], { form: ['a'] }, "--form 'a' has no name and value"],
      [[URL_HERE], { form: ['a=1'], body: 'b' }, '--body and --form cannot be combined'],
      [[URL_HERE], { body: '@/nowhere.json' }, 'the file /nowhere.json cannot be read'],
    ] as const)
      try {
        sourceOfFlags(urls, flags, { cwd: '/', env: ENV })
        assert.unreachable(told)
      } catch (error) {
        assert.match(harnessErrorOf(error, 'USAGE').message, told)
      }
  })
})

describe('Several URLs', (test) => {
  test('are journeys of their own, as often as they are written, on a target for each server', () => {
    const urls = ['http://127.0.0.1:1/a', 'http://127.0.0.1:2/b?c=d', 'http://127.0.0.1:1/a']
    const plan = planOf(scenarioFromUrls(sourceOf({}, urls).source))

    assert.equal(
      plan.journeys.map(({ weight, steps }) => [
        weight,
        ...(steps ?? []).map((step) => step.kind === 'request' && [step.target, step.request['path']]),
      ]),
      [
        [2, ['main', '/a']],
        [1, ['127-0-0-1-2', '/b?c=d']],
      ],
    )
    assert.equal(
      Object.values(plan.targets).map(({ config }) => config['url']),
      ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
    )
  })

  test('may stand in a file, each with a method, headers and a body of its own', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'order.json'), '{"a":1}')
      const lines = [
        '# as vegeta has them',
        'http://h/a',
        '',
        'DELETE http://h/b',
        'POST http://h/c @order.json',
        'PUT http://h/d',
        'X-A: 1',
        'Authorization: one',
        '@order.json',
        'GET http://h/e',
        'Authorization: two',
      ]
      writeFileSync(join(folder, 'list'), lines.join('\r\n'))
      const { source, secrets } = sourceOf({ urls: 'list', header: ['X-All: y'] }, ['http://h/first'], folder)

      assert.equal(
        source.requests.map(({ method, url, body }) => [method, url, body]),
        [
          ['GET', 'http://h/first', null],
          ['GET', 'http://h/a', null],
          ['DELETE', 'http://h/b', null],
          ['POST', 'http://h/c', '{"a":1}'],
          ['PUT', 'http://h/d', '{"a":1}'],
          ['GET', 'http://h/e', null],
        ],
      )
      assert.equal(source.requests[4]?.headers, {
        'X-All': 'y',
        'X-A': '1',
        Authorization: '{{secret.HEADER_AUTHORIZATION}}',
        'content-type': 'application/json',
      })
      assert.equal(source.requests[5]?.headers['Authorization'], '{{secret.HEADER_AUTHORIZATION_2}}')
      assert.equal(secrets, { HEADER_AUTHORIZATION: 'one', HEADER_AUTHORIZATION_2: 'two' })

      for (const [text, told] of [
        ['X-A: 1\nhttp://h/', 'list:1 is no request: X-A: 1'],
        ['http://h/\nshop.example', 'list:2 is no request: shop.example'],
        ['# nothing', 'list holds no request'],
      ] as const) {
        writeFileSync(join(folder, 'list'), text)
        try {
          sourceOf({ urls: 'list' }, [], folder)
          assert.unreachable(text)
        } catch (error) {
          assert.match(harnessErrorOf(error, 'USAGE').message, told)
        }
      }
    }))
})
