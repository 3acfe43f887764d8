import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { createScrub } from '../../harness/telemetry/scrub.ts'
import { describe } from '../kit/suite.ts'

const SECRET = 'hunter2-hunter2'
const scrub = createScrub({ PASSWORD: SECRET })
const throwing = {
  get broken(): never {
    throw new Error('no')
  },
  whole: 1,
}

/** Every text in plain data, keys included. */
function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)])
}

const holds = (value: unknown, secret: string) => textsIn(value).some((text) => text.includes(secret))

/** Arbitrary values, most of them with the secret somewhere. */
function anyHolding(secret: string): fc.Arbitrary<unknown> {
  const text = fc
    .tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }))
    .map(([before, after]) => before + secret + after)
  const encoded = text.chain((plain) =>
    fc.constantFrom(
      plain,
      Buffer.from(plain).toString('base64'),
      encodeURIComponent(plain),
      JSON.stringify(plain),
      `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
    ),
  )
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      encoded,
      fc.anything(),
      encoded.map((plain) => Buffer.from(plain)),
      encoded.map((plain) => new TextEncoder().encode(plain)),
      encoded.map((plain) => Object(plain)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(text, fc.string()), tie('value'), { maxKeys: 4 }),
      fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
      fc
        .tuple(text, tie('value'), tie('value'))
        .map(([message, cause, detail]) => Object.assign(new Error(message, { cause }), { detail })),
      fc.array(tie('value'), { maxLength: 2 }).map((errors) => new AggregateError(errors, `all ${secret}`)),
    ),
  }))
  return value
}

describe('scrub, by value', (test) => {
  test('finds a secret in texts, keys, lists, maps and sets', () => {
    const value = { [`a-${SECRET}`]: [`b ${SECRET} b`], map: new Map([[SECRET, new Set([SECRET])]]) }

    assert.equal(scrub(value), { 'a-***': ['b *** b'], map: { '***': ['***'] } })
  })

  test('finds it in message, stack, cause, errors and own fields of an error', () => {
    const cause = new AggregateError([new Error(`inner ${SECRET}`)], `cause ${SECRET}`)
    const error = new HarnessError('INTERNAL', `outer ${SECRET}`, { hint: `not ${SECRET}`, cause })
    const seen = scrub({ err: error }) as { err: Record<string, unknown> }

    assert.not.ok(holds(seen, SECRET))
    assert.equal(
      [seen.err['type'], seen.err['message'], seen.err['hint'], seen.err['code']],
      ['HarnessError', 'outer ***', 'not ***', 'INTERNAL'],
    )
    assert.match(String(seen.err['stack']), /outer \*\*\*\n +at /)
    const { message, errors } = seen.err['cause'] as { message: string; errors: { message: string }[] }
    assert.equal([message, errors[0]?.message], ['cause ***', 'inner ***'])
  })

  test('tells bytes by their number, also those that JSON has made of them', () => {
    const bytes = Buffer.from(SECRET)

    assert.equal(scrub([bytes, new Uint8Array(bytes), bytes.toJSON()]), [
      '[15 bytes]',
      '[15 bytes]',
      '[15 bytes]',
    ])
  })

  test('finds a secret of digits in a number', () => {
    const long = createScrub({ CODE: '871465' })
    assert.equal(long({ a: 871465, b: 9871465n, c: 87 }), { a: '***', b: '9***', c: 87 })
    // A short one is a secret only where it stands alone.
    assert.equal(createScrub({ PIN: '8714' })({ a: 8714, b: 98714n }), { a: '***', b: '98714' })
  })

  test('never leaves it in anything', () => {
    fc.assert(
      fc.property(anyHolding(SECRET), (value) => {
        assert.not.ok(holds(scrub(value), SECRET))
      }),
      { numRuns: 500 },
    )
  })

  test('never leaves any secret in anything', () => {
    const secrets = fc.string({ minLength: 6, maxLength: 30 }).filter((text) => !/[*[\]]/.test(text))
    fc.assert(
      fc.property(
        secrets.chain((secret) => fc.tuple(fc.constant(secret), anyHolding(secret))),
        ([secret, value]) => {
          assert.not.ok(holds(createScrub({ A: secret })(value), secret))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('gives what JSON can write, and the same again for what it gave', () => {
    fc.assert(
      fc.property(anyHolding(SECRET), (value) => {
        const once = JSON.parse(JSON.stringify([scrub(value)])) as unknown
        assert.equal(JSON.stringify(scrub(once)), JSON.stringify(once))
      }),
    )
  })
})

describe('scrub, by name', (test) => {
  const names = ['authorization', 'Cookie', 'Set-Cookie', 'X-Api-Key', 'apiKey', 'PASSWORD', 'db_passwd']
  const more = ['client_secret', 'accessToken', 'PRIVATE-KEY', 'proxy-authorization', 'credentials']
  for (const name of [...names, ...more])
    test(`hides what goes by the name of ${name}, at any depth`, () => {
      const seen = scrub({ a: [{ b: { headers: { [name]: 'abc', accept: 'x' } } }] })
      assert.equal(seen, { a: [{ b: { headers: { [name]: '***', accept: 'x' } } }] })
    })

  test('hides a list or an object under such a name as a whole', () => {
    assert.equal(scrub({ 'set-cookie': ['a=1', 'b=2'], credentials: { user: 'a' } }), {
      'set-cookie': '***',
      credentials: '***',
    })
  })

  test('hides headers given as pairs, as a flat list, as a map, and by name and value', () => {
    assert.equal(scrub([['Authorization', 'abc']]), [['Authorization', '***']])
    assert.equal(scrub(['accept', 'x', 'cookie', 'a=1']), ['accept', 'x', 'cookie', '***'])
    assert.equal(scrub(new Map([['X-API-Key', 'abc']])), { 'X-API-Key': '***' })
    assert.equal(scrub({ name: 'Authorization', value: 'abc' }), { name: 'Authorization', value: '***' })
  })

  test('says that there is none, and leaves names that only begin like one', () => {
    const value = { token: null, hasPassword: true, secretary: 'Ann', tokenCount: 3 }
    assert.equal(scrub(value), value)
  })

  test('hides what stands beside such a name in a text', () => {
    const cases = {
      'GET / failed\nAuthorization: Bearer abc def\nAccept: x': 'GET / failed\nAuthorization: ***\nAccept: x',
      'redis://me:pass@host:6379/0': 'redis://me:***@host:6379/0',
      '?api_key=abc&page=2': '?api_key=***&page=2',
      '{"password":"abc","a":1}': '{"password":"***","a":1}',
      'sent Bearer abcdefgh.ijkl': 'sent Bearer ***',
      'http://127.0.0.1:8080/a@b': 'http://127.0.0.1:8080/a@b',
      'Basic load of 3 agents': 'Basic load of 3 agents',
    }
    for (const [text, expected] of Object.entries(cases)) assert.is(scrub(text), expected)
  })
})

describe('scrub, of what is odd', (test) => {
  test('says where a value holds itself, and repeats what is only there twice', () => {
    const shared = { a: 1 }
    const circle: Record<string, unknown> = { one: shared, two: shared }
    circle['self'] = circle

    assert.equal(scrub(circle), { one: { a: 1 }, two: { a: 1 }, self: '[circular]' })
    const error = new Error('a')
    error.cause = error
    assert.is((scrub(error) as { cause: unknown }).cause, '[circular]')
  })

  test('goes on where a getter or a proxy throws', () => {
    const proxy = new Proxy({}, { ownKeys: () => assert.unreachable() as never })
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()

    assert.equal(scrub([throwing, proxy]), [{ broken: '[unreadable]', whole: 1 }, '[unreadable]'])
    assert.equal(scrub([revoked.proxy, new Date(Number.NaN)]), ['[unreadable]', '[unreadable]'])
    const error = Object.defineProperty(new Error('a'), 'message', {
      get: () => assert.unreachable(),
    })
    assert.is((scrub(error) as { message: unknown }).message, '[unreadable]')
  })

  test('bounds depth, number and length', () => {
    const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => [inner], 'end')
    const wide = Array.from({ length: 100_000 }, () => ({ a: SECRET }))
    const broad = Object.fromEntries(wide.map((value, i) => [`k${i}`, value]))

    assert.match(JSON.stringify(scrub(deep)), /^\[+"\[deeper\]"\]+$/)
    for (const value of [wide, broad]) {
      const seen = JSON.stringify(scrub(value))
      assert.ok(seen.length < 100_000 && !seen.includes(SECRET))
      assert.match(seen, /more\]"[\]}]$/)
    }
    assert.match(String(scrub('x'.repeat(20_000))), /^x{16384}\[and 3616 characters\]$/)
    assert.is(scrub('x'.repeat(2_000_000)), '[text of 2000000 characters]')
    assert.not.match(String(scrub(`${'x'.repeat(16_380)}${SECRET}`)), /hunter/)
  })

  test('takes no longer than a text is long to look for names in it', () => {
    for (const text of ['a', '://', 'token', 'authorization:', '%', ' '])
      assert.type(scrub(text.repeat(100_000)), 'string')
  })

  test('keeps dates, expressions, addresses, and says what is a function', () => {
    const value = [
      new Date(0),
      /a/g,
      new URL('http://me:pass@h/'),
      () => 1,
      Symbol('s'),
      Object('text'),
      undefined,
      null,
    ]
    assert.equal(scrub(value), [
      '1970-01-01T00:00:00.000Z',
      '/a/g',
      'http://me:***@h/',
      '[function]',
      'Symbol(s)',
      'text',
      undefined,
      null,
    ])
  })

  test('never changes what it is given', () => {
    const value = { headers: { authorization: SECRET }, list: [SECRET], map: new Map([['a', SECRET]]) }
    const before = structuredClone(value)
    scrub(Object.freeze(value))

    assert.equal(value, before)
  })

  test('takes a name that means something to objects for a name', () => {
    const seen = scrub(JSON.parse(`{"__proto__":{"a":"${SECRET}"}}`))
    assert.is(JSON.stringify(seen), '{"__proto__":{"a":"***"}}')
  })
})
