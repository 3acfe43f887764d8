import * as assert from 'uvu/assert'
import { Template } from '../../../harness/base/template.ts'
import { MULTIPART_TYPE, MultipartBody, type Parts } from '../../../harness/targets/http/multipart-body.ts'
import { describe } from '../../kit/suite.ts'

/** Reads a body as a server does that keeps to the standard. */
const read = async (parts: Parts, variables: Readonly<Record<string, string>> = {}) => {
  const body = new MultipartBody(parts, Template.parse).render((name) => variables[name])
  return new Response(body, { headers: { 'content-type': MULTIPART_TYPE } }).formData()
}
const BYTES = Buffer.from([0xff, 0xd8, 0, 13, 10, 45, 45, 0xff])

describe('A body of several parts', (test) => {
  test('is read by others as it was meant: fields, variables, lists, and files byte by byte', async () => {
    const form = await read(
      {
        name: 'Ada "the first" {{last}}',
        tag: ['a', 'b'],
        photo: { base64: BYTES.toString('base64'), name: 'a "b".jpg', type: 'image/jpeg' },
        raw: BYTES,
      },
      { last: 'Lovelace' },
    )

    assert.is(form.get('name'), 'Ada "the first" Lovelace')
    assert.equal(form.getAll('tag'), ['a', 'b'])
    const photo = form.get('photo') as File
    assert.equal([photo.type, Buffer.from(await photo.arrayBuffer())], ['image/jpeg', BYTES])
    assert.equal(Buffer.from(await (form.get('raw') as File).arrayBuffer()), BYTES)
  })

  test('is put together once where it has no variables', () => {
    const make = (parts: Parts) => new MultipartBody(parts, Template.parse).constant !== null

    assert.equal([make({ a: 'b', c: BYTES }), make({ a: '{{b}}' })], [true, false])
  })
})
