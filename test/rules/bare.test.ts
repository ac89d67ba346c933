import { expect, it } from 'vitest'
import { bareAddress, bareEnv, bareLine, bareMetrics, bareSite, masked } from '../../rules/diagnostics/bare.ts'

it('of site.json the structure, the technical words and the numbers stay; names, texts and telephones do not', () => {
  const site = {
    site: { id: 'plaza', name: { 'zh-CN': '某广场', en: 'Some Plaza' }, timezone: 'Asia/Shanghai' },
    contacts: [{ id: 'zhang-san', name: '张三', phone: '13800138000' }],
    channels: [
      { id: 'bus', protocol: 'modbus-rtu', path: '/dev/ttyUSB0', baudRate: 9600, parity: 'none' },
      { id: 'tcp', protocol: 'modbus-tcp', host: '192.168.1.20', port: 502 },
      { id: 'ua', endpoint: 'opc.tcp://zhang:secret@erp.example.com:4840/zhang' },
    ],
    equipment: [
      { id: 'em-1', kind: 'meter', profile: 'eastron-sdm630', occupant: '李四', note: 'ask Wang, 021-61234567' },
    ],
    rules: [{ id: 'r', when: { above: 40 }, text: { en: 'call Zhang' }, on: true, phone: 13800138000 }],
    运行: 'x',
    'tel-13800138000': 1,
  }
  expect(bareSite(site)).toEqual({
    site: { id: 'plaza', name: { 'zh-CN': '…', en: '…' }, timezone: 'Asia/Shanghai' },
    contacts: { leftOut: 1 },
    channels: [
      { id: 'bus', protocol: 'modbus-rtu', path: '/dev/ttyUSB0', baudRate: 9600, parity: 'none' },
      { id: 'tcp', protocol: 'modbus-tcp', host: '192.168.1.20', port: 502 },
      { id: 'ua', endpoint: 'opc.tcp://…:4840' },
    ],
    equipment: [{ id: 'em-1', kind: 'meter', profile: 'eastron-sdm630', occupant: '…', note: '…' }],
    rules: [{ id: 'r', when: { above: 40 }, text: { en: '…' }, on: true, phone: '…' }],
    '…5': '…',
    '…6': 1,
  })
})

it('addresses: within the house as they are, outside none, and nobody who signs in', () => {
  const rows: [string, string][] = [
    ['10.1.2.3', '10.1.2.3'],
    ['http://172.20.0.4:8086/write?token=abc', 'http://172.20.0.4:8086'],
    ['https://li:geheim@hook.example/x', 'https://…'],
    ['localhost:1883', 'localhost:1883'],
    ['8.8.8.8', '…'],
    ['mqtts://[fd00::1]:8883', 'mqtts://…:8883'],
    ['', '…'],
  ]
  for (const [text, bare] of rows) expect([text, bareAddress(text)]).toEqual([text, bare])
})

it('settings of the environment: only those that are ours, and of most only that they are set', () => {
  expect(
    bareEnv({
      ...{ HOME: '/home/li', GATEHOUSE_HTTPS: '0.0.0.0:8443', GATEHOUSE_ADMIN_PASSWORD: 'hunter2hunter2' },
      ...{ GATEHOUSE_DATA: '/home/li/data', GATEHOUSE_TOKEN: 'abc', GATEHOUSE_LOG: '', GATEHOUSE_MQTT: '<b>' },
    }),
  ).toEqual({
    GATEHOUSE_ADMIN_PASSWORD: '…',
    GATEHOUSE_DATA: '…',
    GATEHOUSE_HTTPS: '0.0.0.0:8443',
    GATEHOUSE_MQTT: '…',
    GATEHOUSE_TOKEN: '…',
  })
})

it('of the log our own words and the place in the program', () => {
  const stack =
    'Error: no person 张三 (13800138000)\n    at put (/usr/lib/gatehouse/gateway/dist/main.js:12:34)\n    at 张三'
  const entry = { level: 50, time: 1_795_000_000_000, person: '张三', msg: 'a backup could not be made' }
  const rows: [string, string | null][] = [
    [
      JSON.stringify({ ...entry, error: { type: 'Error', code: 'ENOSPC', message: '张三', stack } }),
      '{"level":50,"time":1795000000000,"msg":"a backup could not be made","error":{"type":"Error","code":"ENOSPC"},"at":["gateway/dist/main.js:12:34"]}',
    ],
    // What a library says of an error is no word of ours.
    [
      JSON.stringify({ level: 50, time: 1, msg: 'no Li Lei', error: { message: 'no Li Lei' } }),
      '{"level":50,"time":1,"error":{}}',
    ],
    ['First start 首次启动: user 用户名  admin   password 密码  Xy7-kk-90   (shown only now)', null],
    ['Open 请打开  https://127.0.0.1:8443   (Ctrl+C stops 停止)', 'Open …  https://127.0.0.1:8443   (Ctrl+C stops …)'],
    ['1795000000.250 host gatehouse[7]: Stopped 已停止', '2026-11-18T11:06:40.250Z Stopped …'],
    ['1795000000.250 host gatehouse[7]: li: new password 新密码  geheim', null],
    ['{"half', null],
    ['', null],
  ]
  for (const [line, bare] of rows) expect(bareLine(line)).toBe(bare)
})

it('masks what could be somebody’s', () => {
  const rows: [string, string][] = [
    ['no right to write', 'no right to write'],
    ['call 138 0013 8000 now', 'call … now'],
    ['id 310101199001011234', 'id …'],
    ['沪A12345 entered', '… entered'],
    ['of li@example.com', 'of …'],
    ['there is no "Zhang San" here', 'there is no "…" here'],
    ['password hunter2', '…'],
    ['Bearer gh_01M834A6ZGK0D15M6PJDGHEN5M', 'Bearer …'],
    ['Gatehouse runs (4711), 507 MB', 'Gatehouse runs (4711), 507 MB'],
    ['The clock says 2026-11-23T09:12:29.286Z', 'The clock says 2026-11-23T09:12:29.286Z'],
    ['born 1990-01-01', 'born …'],
    ['2026-11-23T09:12:29.286Z 13800138000', '2026-11-23T09:12:29.286Z …'],
    ['x-13800138000T09:12', 'x-…T09:12'],
  ]
  for (const [text, bare] of rows) expect(masked(text)).toBe(bare)
  expect(bareMetrics('m{channel="bus",who="张三",n="13800138000"} 1795000000000\n')).toBe(
    'm{channel="bus",who="…",n="…"} 1795000000000\n',
  )
})
