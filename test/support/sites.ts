/** Small sites for tests. Ports nobody listens on make devices that never answer. */

export const both = (word: string) => ({ 'zh-CN': word, en: word })

export const head = {
  site: { id: 'test-site', name: { 'zh-CN': '测试广场', en: 'Test Plaza' }, timezone: 'Asia/Shanghai' },
  spaces: [{ id: 'b1', kind: 'floor', name: { 'zh-CN': '地下一层', en: 'Basement 1' } }],
}

/** Asked once at the start: a second question, unanswered, would be an alarm of its own in the middle of a slow test. */
const HOUR = 3_600_000

/** A pump and a room that answer nothing (port 1): values come from the test, by `feed`. */
export const quietSite = {
  ...head,
  channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1, timeoutMs: 200 }],
  equipment: [
    {
      id: 'pump-1',
      kind: 'pump',
      name: { 'zh-CN': '水泵', en: 'Pump' },
      space: 'b1',
      channel: 'bus',
      unit: 1,
      points: [
        { key: 'tripped', table: 'discrete', address: 0, type: 'bool', scanMs: HOUR },
        { key: 'pressure', table: 'input', address: 0, type: 'uint16', unit: 'bar', range: [0, 100], scanMs: HOUR },
      ],
    },
  ],
  rules: [
    {
      id: 'tripped',
      points: ['pump-*/tripped'],
      when: { equals: true },
      severity: 'high',
      text: { 'zh-CN': '水泵跳闸', en: 'Pump tripped' },
      order: { class: 'urgent' },
    },
    { id: 'noted', points: ['pump-*/pressure'], when: { above: 50 }, severity: 'journal', text: both('noted') },
  ],
}
