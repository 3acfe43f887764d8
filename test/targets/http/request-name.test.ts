import * as assert from 'uvu/assert'
import { nameOfRequest } from '../../../harness/targets/http/request-name.ts'
import { describe } from '../../kit/suite.ts'

describe('nameOfRequest', (test) => {
  test('collapses what identifies, and nothing else', () => {
    const names = {
      '/': 'GET /',
      '/items': 'GET /items',
      '/items/42': 'GET /items/:id',
      '/items/42/': 'GET /items/:id/',
      '/users/{{user.id}}/cart/7': 'GET /users/:id/cart/:id',
      '/u/123e4567-e89b-12d3-a456-426614174000': 'GET /u/:id',
      '/v2/items-2024': 'GET /v2/items-2024',
      '/cafe/deadbeef': 'GET /cafe/deadbeef',
    }
    for (const [path, name] of Object.entries(names)) assert.is(nameOfRequest('GET', path), name)
  })

  test('leaves the query out, slashes and all', () => {
    assert.is(nameOfRequest('POST', '/search?next=/items/42&q={{q}}'), 'POST /search')
  })

  test('takes nothing of a call for a part of the path', () => {
    assert.is(nameOfRequest('GET', "/a/{{randomChoice(x/y, 'z?')#one}}/b?c=1"), 'GET /a/:id/b')
  })
})
