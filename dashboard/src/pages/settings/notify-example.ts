import type { Language } from '../../format.ts'

/** A first file of notices: whom, by which way, and who comes next. Addresses and numbers are the reader's to fill in. */
export function notifyExample(lang: Language): string {
  const [first, second] = lang === 'en' ? ['Zhang', 'Li'] : ['张三', '李四']
  const file = {
    channels: [
      { id: 'group', kind: 'wecom', options: { url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=' } },
      {
        id: 'mail',
        kind: 'email',
        events: [],
        options: {
          host: 'smtp.example.com',
          security: 'tls',
          user: 'plaza@example.com',
          password: 'secret',
          from: 'plaza@example.com',
        },
      },
    ],
    rosters: [
      {
        id: 'duty',
        people: [{ name: first, email: 'duty@example.com', shifts: [{ from: '08:00', to: '20:00' }] }],
      },
      { id: 'manager', people: [{ name: second, email: 'manager@example.com' }] },
    ],
    ladders: [
      {
        id: 'alarms',
        severities: ['life', 'high'],
        repeatMin: 15,
        levels: [
          { afterMin: 0, roster: 'duty', channels: ['mail'] },
          { afterMin: 10, roster: 'manager', channels: ['mail'] },
        ],
      },
    ],
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
