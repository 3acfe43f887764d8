import * as assert from 'uvu/assert'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'

describe('httpPlugin', (test) => {
  test('names requests by method and path', () => {
    assert.is(httpPlugin.nameOf(httpPlugin.requestSchema.parse({ path: '/items/42' })), 'GET /items/:id')
  })

  test('knows the one host it would load', () => {
    const hosts = (url: string) => httpPlugin.hostsOf(httpPlugin.configSchema.parse({ url }))

    assert.equal(hosts('https://shop.example:81/x'), ['shop.example'])
    assert.equal(hosts('http://[::1]:80'), ['::1'])
  })

  test('has a driver for each version', async () => {
    const names: string[] = []
    for (const version of [1, 2])
      await withDriver(httpPlugin, { url: 'http://127.0.0.1:1', version }, async (driver) => {
        names.push(driver.constructor.name)
      })

    assert.equal(names, ['Http1Driver', 'Http2Driver'])
  })
})
