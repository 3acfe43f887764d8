import * as assert from 'uvu/assert'
import * as z from 'zod'
import { looseObjectOf, recordOf } from '../../harness/base/record-of.ts'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { describe } from '../kit/suite.ts'

const read = (schema: z.ZodType<Record<string, unknown>>, json: string) => schema.parse(JSON.parse(json))

describe('A record of what is read', (test) => {
  test('keeps every name, and a second reading changes nothing', () => {
    const schema = recordOf(z.number())
    const written = JSON.stringify(byHardName((name) => name.length))

    const once = read(schema, written)

    assert.equal(entriesIn(once), entriesIn(byHardName((name) => name.length)))
    assert.is(JSON.stringify(read(schema, JSON.stringify(once))), JSON.stringify(once))
  })

  test('does not mix up names that only differ by an underscore', () => {
    const names = { ['__proto__']: 1, ___proto__: 2, ____proto__: 3, _proto__: 4 }

    assert.equal(entriesIn(recordOf(z.number()).parse(names)), entriesIn(names))
  })

  test('judges the value under any name, and the name itself', () => {
    const schema = recordOf(z.number(), z.string().regex(/^[\w-]+$/))

    assert.is(schema.safeParse(JSON.parse('{ "__proto__": 1, "constructor": 2 }')).success, true)
    assert.is(schema.safeParse(JSON.parse('{ "__proto__": "one" }')).success, false)
    assert.is(schema.safeParse(JSON.parse('{ "not a name": 1 }')).success, false)
  })

  test('is no list and no text', () => {
    for (const value of [[], 'text', null, 3])
      assert.is(recordOf(z.unknown()).safeParse(value).success, false)
  })

  test('is an object with a schema of its values to editors', () => {
    const schema = z.object({ headers: recordOf(z.string()).default({}) })
    const { properties } = z.toJSONSchema(schema, { io: 'input' })

    assert.equal(properties?.['headers'], {
      type: 'object',
      propertyNames: { type: 'string' },
      additionalProperties: { type: 'string' },
    })
  })
})

describe('A loose object of what is read', (test) => {
  test('keeps every name beside its own, and a second reading changes nothing', () => {
    const schema = looseObjectOf({ pattern: z.string() })
    const written = JSON.stringify({ pattern: 'a', ...byHardName((name) => name.length) })

    const once = read(schema, written)

    assert.equal(entriesIn(once), entriesIn(JSON.parse(written)))
    assert.is(JSON.stringify(read(schema, JSON.stringify(once))), JSON.stringify(once))
  })

  test('judges its own names', () => {
    assert.is(
      looseObjectOf({ pattern: z.string() }).safeParse(JSON.parse('{ "__proto__": 1 }')).success,
      false,
    )
  })
})
