import * as assert from 'uvu/assert'
import {
  COOKIES_MAX,
  CookieJar,
  cookieNames,
  JAR_CHARS_MAX,
} from '../../../harness/targets/http/cookie-jar.ts'
import { describe } from '../../kit/suite.ts'

const NOW_MS = 1_700_000_000_000
const SHOP = { host: 'shop.example', secure: false }
const NONE: ReadonlySet<string> = new Set()

function sentTo(jar: CookieJar, path: string, to = SHOP, atMs = NOW_MS): string {
  return jar.header(to, path, atMs, NONE)
}

function jarOf(...setCookies: readonly string[]): CookieJar {
  const jar = new CookieJar()
  for (const setCookie of setCookies) jar.store(setCookie, SHOP, '/cart/items?x=/y', NOW_MS)
  return jar
}

describe('CookieJar', (test) => {
  test('sends back what it was given', () => {
    const jar = jarOf('session=abc; HttpOnly; Path=/', 'theme="dark"; path=/', 'empty=; Path=/')

    assert.is(sentTo(jar, '/'), 'session=abc; theme="dark"; empty=')
  })

  test('replaces a cookie of the same name and path', () => {
    assert.is(sentTo(jarOf('a=1; Path=/', 'a=2; Path=/'), '/'), 'a=2')
  })

  test('keeps to paths, the longest first', () => {
    const jar = jarOf('root=1; Path=/', 'cart=2; Path=/cart', 'default=3', 'odd=4; Path=cart')

    assert.is(sentTo(jar, '/'), 'root=1')
    assert.is(sentTo(jar, '/cart/pay?next=/'), 'cart=2; default=3; odd=4; root=1')
    assert.is(sentTo(jar, '/cartoon'), 'root=1')
  })

  test('forgets what has expired, by age before date', () => {
    const past = 'Expires=Wed, 21 Oct 2015 07:28:00 GMT'
    const jar = jarOf(
      `a=1; Path=/; Max-Age=10; ${past}`,
      `b=2; Path=/; ${past}`,
      'c=3; Path=/; Expires=never',
    )

    assert.is(sentTo(jar, '/'), 'a=1; c=3')
    assert.is(sentTo(jar, '/', SHOP, NOW_MS + 10_000), 'c=3')
  })

  test('forgets a cookie that is sent again as expired', () => {
    const jar = jarOf('a=1; Path=/', 'a=; Path=/; Max-Age=0')

    assert.is(sentTo(jar, '/'), '')
  })

  test('holds no more text than a server takes, the newest of it', () => {
    const value = 'x'.repeat(4_000)
    const jar = jarOf(...Array.from({ length: 20 }, (_, i) => `c${i}=${value}; Path=/`))
    const sent = sentTo(jar, '/')
    assert.ok(sent.length <= JAR_CHARS_MAX, `${sent.length}`)
    assert.match(sent, /(^|; )c19=/)
    assert.not.match(sent, /(^|; )c0=/)
    for (let i = 0; i < 100; i++) jar.store(`c19=${i}; Path=/`, SHOP, '/', NOW_MS)
    assert.is(sentTo(jar, '/').split('; ').length, sent.split('; ').length)
  })

  test('sends secure cookies over TLS only', () => {
    const jar = jarOf('a=1; Path=/; Secure')

    assert.equal([sentTo(jar, '/'), sentTo(jar, '/', { ...SHOP, secure: true })], ['', 'a=1'])
  })

  test('trusts a loopback host as it trusts TLS', () => {
    const jar = new CookieJar()
    const local = { host: '127.0.0.1', secure: false }
    jar.store('sid=1; Secure; Path=/', local, '/', NOW_MS)

    assert.is(sentTo(jar, '/', local), 'sid=1')
  })

  test('tells hosts apart and not ports, and shares what a domain above names', () => {
    const jar = jarOf('own=1; Path=/', 'all=2; Path=/; Domain=example')

    assert.is(sentTo(jar, '/', { host: 'login.example', secure: false }), 'all=2')
    assert.is(sentTo(jar, '/', { host: '127.0.0.1', secure: false }), '')
  })

  test('takes no part of an address for a domain', () => {
    const jar = new CookieJar()
    jar.store('a=1; Domain=0.0.1', { host: '127.0.0.1', secure: false }, '/', NOW_MS)

    assert.is(sentTo(jar, '/', { host: '127.0.0.1', secure: false }), '')
  })

  test('leaves out what the author sends himself', () => {
    const jar = jarOf('sid=1; Path=/', 'theme=dark; Path=/')

    assert.is(jar.header(SHOP, '/', NOW_MS, cookieNames('consent=yes; sid=mine')), 'theme=dark')
  })

  test('takes no cookie for somebody else', () => {
    const jar = jarOf(
      'own=1; Path=/; Domain=shop.example',
      'above=2; Path=/; Domain=.example',
      'other=3; Path=/; Domain=evil.example',
    )

    assert.is(sentTo(jar, '/'), 'own=1; above=2')
  })

  test('passes over garbage', () => {
    assert.is(sentTo(jarOf('', ';', '=x', 'novalue', ' =y', `big=${'x'.repeat(5000)}`), '/'), '')
  })

  test('remembers a bounded number, the newest', () => {
    const jar = jarOf(...Array.from({ length: COOKIES_MAX + 10 }, (_, index) => `c${index}=1; Path=/`))
    const names = sentTo(jar, '/').split('; ')

    assert.is(names.length, COOKIES_MAX)
    assert.is(names[0], 'c10=1')
  })
})
