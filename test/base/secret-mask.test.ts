import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { renewSecret } from '../../harness/base/renewed-secrets.ts'
import { createMask, MASK, maskData, maskNames } from '../../harness/base/secret-mask.ts'
import { describe } from '../kit/suite.ts'

const SECRET = 'p@ss/w"rd+ä\\9\n'
const mask = createMask({ A: SECRET })

/** Texts in which each character of a secret is escaped or not, by chance. */
const anyEscaping = (secret: string) =>
  fc
    .tuple(...[...secret].map(() => fc.constantFrom(plain, percent, percentSmall, unicode, json)))
    .map((ways) => [...secret].map((character, i) => ways[i]!(character)).join(''))
const plain = (character: string) => character
const percent = (character: string) =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
const percentSmall = (character: string) => percent(character).toLowerCase()
const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const json = (character: string) => JSON.stringify(character).slice(1, -1)

describe('createMask', (test) => {
  test('masks values that its record gains later', () => {
    const secrets: Record<string, string> = { TOKEN: 'hunter2' }
    const mask = createMask(secrets)
    assert.is(mask('hunter2 correct horse'), '*** correct horse')

    renewSecret(secrets, 'TOKEN', 'correct horse')
    assert.is(mask('hunter2 correct horse'), '*** ***')
    assert.is(secrets['TOKEN'], 'correct horse')
  })

  test('masks every occurrence, and runs of them as one', () => {
    assert.is(mask(`a=${SECRET}&b=${SECRET}${SECRET}.`), `a=${MASK}&b=${MASK}.`)
  })

  test('finds a secret as URLs, forms and JSON write it', () => {
    const spaced = createMask({ A: 'two words' })

    assert.is(mask(`?x=${encodeURIComponent(SECRET)}&y`), `?x=${MASK}&y`)
    assert.is(mask(JSON.stringify({ a: SECRET })), `{"a":"${MASK}"}`)
    assert.is(spaced(`${new URLSearchParams({ q: 'two words' })}`), `q=${MASK}`)
  })

  test('finds it however its characters are escaped', () => {
    fc.assert(fc.property(anyEscaping(SECRET), (text) => assert.is(mask(`<${text}>`), `<${MASK}>`)))
  })

  test('finds it in base64, whatever stands before and after it', () => {
    const anyText = fc.string({ maxLength: 8 })
    const alphabets = fc.constantFrom('base64' as const, 'base64url' as const)
    const known = fc.string({ minLength: 6, maxLength: 40 }).filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(known, anyText, anyText, alphabets, (secret, before, after, alphabet) => {
        const encoded = Buffer.from(before + secret + after).toString(alphabet)
        const left = createMask({ A: secret })(encoded).replaceAll(MASK, ' '.repeat(4))
        const decoded = left.split(/ +/).map((part) => Buffer.from(part, alphabet).toString('latin1'))
        assert.ok(left !== encoded)
        assert.not.ok(decoded.some((part) => part.includes(secret)))
      }),
    )
  })

  test('finds it in other letters, backwards, spaced, and in hex, alone and inside text', () => {
    const hidden = createMask({ A: 'Hunter-2x' })
    const bytes = [...Buffer.from('Hunter-2x')].map((byte) => byte.toString(16).padStart(2, '0'))
    const forms = [
      'HUNTER-2X',
      'hunter-2x',
      'x2-retnuH',
      'X2-RETNUH',
      'H u n t e r - 2 x',
      'H.u.n.t.e.r.-.2.x',
      bytes.join(''),
      bytes.join('').toUpperCase(),
      bytes.join(':'),
      bytes.join(' '),
    ]
    for (const form of forms) assert.is(hidden(`<${form}>`), `<${MASK}>`, form)
    assert.is(hidden('the hunter has 2 of them'), 'the hunter has 2 of them')
  })

  test('leaves nothing of a secret that contains another, in either order', () => {
    assert.is(createMask({ SHORT: 'abcdef', LONG: 'abcdefghi' })('token abcdefghi'), `token ${MASK}`)
    assert.is(createMask({ LONG: 'abcdefghi', SHORT: 'abcdef' })('token abcdefghi'), `token ${MASK}`)
  })

  test('finds a key of many lines, whole or in part', () => {
    const key = Array.from({ length: 400 }, (_, i) => `line ${i} of a key`).join('\n')
    const maskKey = createMask({ KEY: key })

    assert.is(maskKey(`<${key}>`), `<${MASK}>`)
    assert.is(maskKey(JSON.stringify(key)), `"${MASK}"`)
    assert.ok(maskKey(key.slice(500, 2_000)).length < 420)
  })

  test('finds a short secret only where it is the whole text', () => {
    const short = createMask({ A: 'ok', B: 'a', C: 'GO', D: 'a b"c' })

    assert.equal(['ok', 'a', 'GO', 'a b"c', 'a+b%22c'].map(short), [MASK, MASK, MASK, MASK, MASK])
    assert.equal(['not ok', 'NO-GO', 'aa', ''].map(short), ['not ok', 'NO-GO', 'aa', ''])
  })

  test('treats no character of a secret as a pattern', () => {
    const special = '.*+?^$(){}|[]\\/-'
    assert.is(createMask({ A: special })(`<${special}> <aaaa>`), `<${MASK}> <aaaa>`)
  })

  test('changes nothing where there is no secret, and knows that nothing is none', () => {
    assert.is(createMask({})('text'), 'text')
    assert.is(createMask({ EMPTY: '' })('text'), 'text')
    assert.is(createMask({ A: 'x9y8' })('text x9 y8'), 'text x9 y8')
  })

  test('never leaves a secret behind', () => {
    const secrets = fc.array(fc.string({ minLength: 6, maxLength: 20 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(secrets, fc.array(fc.string()), fc.nat(), (values, texts, place) => {
        fc.pre(values.every((value) => !value.includes('*')))
        const at = place % (texts.length + 1)
        const text = [...texts.slice(0, at), ...values, ...texts.slice(at)].join('')
        const masked = createMask(Object.fromEntries(values.map((value, i) => [`S${i}`, value])))(text)
        for (const value of values) assert.not.ok(masked.includes(value), JSON.stringify([values, masked]))
      }),
      { numRuns: 300 },
    )
  })
})

describe('maskData', (test) => {
  test('masks texts and keys at any depth, and changes nothing else', () => {
    const counts = Uint32Array.of(1, 2)
    const data = { [`step ${SECRET}`]: [{ at: 12, text: `a ${SECRET}`, none: null }], counts }

    assert.equal(maskData(data, mask), {
      [`step ${MASK}`]: [{ at: 12, text: `a ${MASK}`, none: null }],
      counts,
    })
    assert.is(data.counts, counts)
  })

  test('leaves what the harness alone has made as it is', () => {
    const mask = createMask({ A: 'abcdef' })
    const data = { hdr: 'HISTabcdef', note: 'abcdef', deep: [{ hdr: 'abcdef' }] }
    assert.equal(maskData(data, mask, { ours: ['hdr'] }), {
      hdr: 'HISTabcdef',
      note: '***',
      deep: [{ hdr: 'abcdef' }],
    })
  })

  test('leaves our own words, but for where a secret is in a longer text', () => {
    const mask = createMask({ A: 'complete', B: 'ok' })
    const words = new Set(['complete', 'status', 'ok'])
    const data = { status: 'complete', complete: { ok: 1 }, note: 'complete it', kind: 'ok' }

    assert.equal(maskData(data, mask, { words }), { ...data, note: `${MASK} it` })
  })

  test('masks a short secret as a value, and as a key only where it is a name', () => {
    const mask = createMask({ A: 'a', PIN: '1234' })
    const data = { a: 'a', pin: '1234', text: 'a 1234', list: ['a', 'b'] }

    assert.equal(maskData(data, mask), { a: MASK, pin: MASK, text: 'a 1234', list: [MASK, 'b'] })
    assert.equal(maskData({ steps: { a: 1, b: 2 } }, mask, { names: new Map([['a', MASK]]) }), {
      steps: { [MASK]: 1, b: 2 },
    })
  })

  test('keeps apart what only secrets tell apart', () => {
    const mask = createMask({ A: 'secret one', B: 'secret two', C: 'cc', D: 'dd' })
    const names = maskNames(['x secret one', 'x secret two', 'x ***', 'cc', 'dd', 'plain'], mask)

    assert.equal(
      [...names],
      [
        ['x secret one', 'x *** (2)'],
        ['x secret two', 'x *** (3)'],
        ['cc', '***'],
        ['dd', '*** (2)'],
      ],
    )
    const steps = { 'x secret two': 2, 'x secret one': 1 }
    assert.equal(maskData({ steps, step: 'x secret one' }, mask, { names }), {
      steps: { 'x *** (3)': 2, 'x *** (2)': 1 },
      step: 'x *** (2)',
    })
    assert.equal(maskData(steps, mask), { 'x ***': 2, 'x *** (2)': 1 })
  })
})
