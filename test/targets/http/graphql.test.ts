import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { graphql } from '../../../harness/targets/http/graphql.ts'
import { aDocument, planOf, problemsOf, withFiles } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

const SCHEMA = 'type Query { item(id: ID!): Item }\ntype Item { name: String! }'
const documentOf = (steps: readonly unknown[], graphqlSchema?: string) =>
  aDocument({
    target: {
      plugin: 'http',
      config: { url: 'http://127.0.0.1:1', ...(graphqlSchema === undefined ? {} : { graphqlSchema }) },
    },
    journeys: { buy: { steps } },
  })
const messagesOf = (query: string, file: string) =>
  problemsOf(documentOf([graphql({ query })], file)).map(({ path, message }) => `${path}: ${message}`)

describe('graphql', (test) => {
  test('posts one operation, recorded under its name, that fails on errors', () => {
    const step = graphql({
      query: 'query ItemById($id: ID!) { item(id: $id) { name } }',
      variables: { id: '1' },
    })

    assert.equal(step, {
      request: {
        method: 'POST',
        path: '/graphql',
        json: { query: 'query ItemById($id: ID!) { item(id: $id) { name } }', variables: { id: '1' } },
      },
      step: 'ItemById',
      expect: { graphql: true },
    })
    assert.equal(planOf(documentOf([step])).journeys[0]?.steps?.length, 1)
  })

  test('is named by what its author says, then by which of several operations it is', () => {
    const query = '# two\nquery A { a }\nmutation B { b }'
    assert.is(graphql({ query }).step, 'A')
    assert.is(graphql({ query, operationName: 'B' }).step, 'B')
    assert.is(graphql({ query, operationName: 'B' }, { step: 'mine' }).step, 'mine')
    assert.is(graphql({ query: '{ a }' }).step, undefined)
  })

  test('is compared with the schema of its server before any load', () =>
    withFiles({ 'shop.graphql': SCHEMA, 'broken.graphql': 'type Query {' }, (folder) => {
      const file = join(folder, 'shop.graphql')

      assert.equal(messagesOf('{ item(id: 1) { name } }', file), [])
      assert.equal(messagesOf('query Q {\n  item(id: 1) { nmae }\n}', file), [
        'journeys.buy.steps[0].request: Cannot query field "nmae" on type "Item". Did you mean "name"? (line 2 of the query)',
      ])
      assert.match(messagesOf('{ item(', file)[0] ?? '', 'Syntax Error')
      assert.match(messagesOf('{ a }', join(folder, 'broken.graphql'))[0] ?? '', 'Syntax Error')
      assert.match(messagesOf('{ a }', join(folder, 'gone.graphql'))[0] ?? '', 'gone.graphql')
      assert.equal(problemsOf(documentOf([{ request: { path: '/health' } }], file)), [])
      return Promise.resolve()
    }))
})
