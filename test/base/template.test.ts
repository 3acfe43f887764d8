import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { encodeInJsonString, Template, UnsetVariable } from '../../harness/base/template.ts'
import { describe } from '../kit/suite.ts'

const variables = (name: string) => ({ 'user.id': '42', name: 'a "b"', empty: '' })[name]

describe('Template', (test) => {
  test('puts values where their names stand, blanks inside the braces or not', () => {
    const template = Template.parse('/users/{{user.id}}/{{ name }}{{empty}}!')

    assert.is(template.render(variables), '/users/42/a "b"!')
    assert.is(template.constant, null)
  })

  test('is constant without variables', () => {
    assert.is(Template.parse('{no} {{}} variables').constant, '{no} {{}} variables')
  })

  test('takes any name for a variable that has no braces, and escaped braces for braces', () => {
    const lookup = (name: string) => ({ 'u.user name': 'Ann', 'u.größe': 'XL' })[name]

    assert.is(Template.parse('{{u.user name}} {{ u.größe }}').render(lookup), 'Ann XL')
    assert.is(Template.parse('Hi \\{{firstName}}').constant, 'Hi {{firstName}}')
    assert.is(
      Template.parse(JSON.stringify({ mail: 'Hi \\{{firstName}}' }), encodeInJsonString).constant,
      '{"mail":"Hi {{firstName}}"}',
    )
  })

  test('encodes values and literals each their own way', () => {
    const template = Template.parse(
      'a{{name}}b',
      (value) => value.toUpperCase(),
      (literal) => `<${literal}>`,
    )

    assert.is(template.render(variables), '<a>A "B"<b>')
  })

  test('leaves braces alone in text that was given as it is, and in code', () => {
    assert.is(Template.of('{{user.id}}').render(variables), '{{user.id}}')
    assert.is(Template.ofCode('{{user.id}}').render(variables), '{{user.id}}')
  })

  test('knows the secrets of code, and only them', () => {
    const template = Template.ofCode('Bearer {{secret.TOKEN}} for {{user.id}}')

    assert.is(
      template.render((name) => (name === 'secret.TOKEN' ? 's3cret' : undefined)),
      'Bearer s3cret for {{user.id}}',
    )
  })

  test('names the variable that is not set', () => {
    const render = () => Template.parse('{{cart.id}}').render(variables)

    assert.throws(
      render,
      (error: unknown) => error instanceof UnsetVariable && /'cart\.id'/.test(error.message),
    )
  })

  test('keeps a JSON document whole whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const template = Template.parse(JSON.stringify({ id: 'x{{v}}y' }), encodeInJsonString)

        assert.equal(JSON.parse(template.render(() => value)), { id: `x${value}y` })
      }),
    )
  })

  test('joins to what its parts render to', () => {
    const part = fc.constantFrom('', 'text', '{{user.id}}', 'a{{name}}', '{{empty}}b{{user.id}}c')
    fc.assert(
      fc.property(fc.array(part), (texts) => {
        const parts = texts.map((text) => Template.parse(text))

        assert.is(
          Template.join(parts).render(variables),
          parts.map((each) => each.render(variables)).join(''),
        )
      }),
    )
  })
})

describe('Typed variables of a JSON text', (test) => {
  const VALUES: Readonly<Record<string, string>> = {
    id: '7',
    price: '-1.5e3',
    isNew: 'true',
    none: 'null',
    name: 'Ada "A"',
    zip: '01234',
    lines: '[{"sku":"a"}]',
    broken: '[x',
  }
  const sent = (json: unknown): unknown =>
    JSON.parse(Template.parseJson(JSON.stringify(json)).render((name) => VALUES[name]))

  test('are sent in their own type, and others as parts of their string', () => {
    assert.equal(
      sent({
        id: '{{= id}}',
        text: '{{id}}',
        both: 'no. {{= id}}',
        '{{id}}': ['{{=price}}', '{{= isNew }}'],
      }),
      {
        id: 7,
        text: '7',
        both: 'no. 7',
        '7': [-1500, true],
      },
    )
  })

  test('are strings where they are nothing else', () => {
    assert.equal(
      sent(['{{= name}}', '{{= zip}}', '{{= none}}', '{{= lines}}', '{{= broken}}', '\\{{= id}}']),
      ['Ada "A"', '01234', null, [{ sku: 'a' }], '[x', '{{= id}}'],
    )
  })
})
