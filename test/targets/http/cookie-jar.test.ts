import * as assert from 'uvu/assert'
import { COOKIES_MAX, CookieJar } from '../../../harness/targets/http/cookie-jar.ts'
import { describe } from '../../kit/suite.ts'

const NOW_MS = 1_700_000_000_000

function jarOf(...setCookies: readonly string[]): CookieJar {
  const jar = new CookieJar('shop.example')
  for (const setCookie of setCookies) jar.store(setCookie, '/cart/items?x=/y', NOW_MS)
  return jar
}

describe('CookieJar', (test) => {
  test('sends back what it was given', () => {
    const jar = jarOf('session=abc; HttpOnly; Path=/', 'theme="dark"; path=/', 'empty=; Path=/')

    assert.is(jar.header('/', false, NOW_MS), 'session=abc; theme="dark"; empty=')
  })

  test('replaces a cookie of the same name and path', () => {
    assert.is(jarOf('a=1; Path=/', 'a=2; Path=/').header('/', false, NOW_MS), 'a=2')
  })

  test('keeps to paths, the longest first', () => {
    const jar = jarOf('root=1; Path=/', 'cart=2; Path=/cart', 'default=3', 'odd=4; Path=cart')

    assert.is(jar.header('/', false, NOW_MS), 'root=1')
    assert.is(jar.header('/cart/pay?next=/', false, NOW_MS), 'cart=2; default=3; odd=4; root=1')
    assert.is(jar.header('/cartoon', false, NOW_MS), 'root=1')
  })

  test('forgets what has expired, by age before date', () => {
    const past = 'Expires=Wed, 21 Oct 2015 07:28:00 GMT'
    const jar = jarOf(
      `a=1; Path=/; Max-Age=10; ${past}`,
      `b=2; Path=/; ${past}`,
      'c=3; Path=/; Expires=never',
    )

    assert.is(jar.header('/', false, NOW_MS), 'a=1; c=3')
    assert.is(jar.header('/', false, NOW_MS + 10_000), 'c=3')
  })

  test('forgets a cookie that is sent again as expired', () => {
    const jar = jarOf('a=1; Path=/', 'a=; Path=/; Max-Age=0')

    assert.is(jar.header('/', false, NOW_MS), '')
  })

  test('sends secure cookies over TLS only', () => {
    const jar = jarOf('a=1; Path=/; Secure')

    assert.equal([jar.header('/', false, NOW_MS), jar.header('/', true, NOW_MS)], ['', 'a=1'])
  })

  test('takes no cookie for somebody else', () => {
    const jar = jarOf(
      'own=1; Path=/; Domain=shop.example',
      'above=2; Path=/; Domain=.example',
      'other=3; Path=/; Domain=evil.example',
    )

    assert.is(jar.header('/', false, NOW_MS), 'own=1; above=2')
  })

  test('passes over garbage', () => {
    assert.is(
      jarOf('', ';', '=x', 'novalue', ' =y', `big=${'x'.repeat(5000)}`).header('/', false, NOW_MS),
      '',
    )
  })

  test('remembers a bounded number, the newest', () => {
    const jar = jarOf(...Array.from({ length: COOKIES_MAX + 10 }, (_, index) => `c${index}=1; Path=/`))
    const names = jar.header('/', false, NOW_MS).split('; ')

    assert.is(names.length, COOKIES_MAX)
    assert.is(names[0], 'c10=1')
  })
})
