import { type Finding, finding, ok } from './finding.ts'

/** What `doctor` saw of the machine; judged here, gathered by gateway/doctor. */
export interface MachineFacts {
  readonly node: { readonly version: string; readonly wanted: string }
  readonly memory: { readonly totalMb: number; readonly availableMb: number }
  readonly clock: ClockFacts
  readonly ports: readonly PortFacts[]
  readonly serial: readonly SerialFacts[]
  readonly reach: readonly ReachFacts[]
}
export interface ClockFacts {
  /** ms, of the machine. */
  readonly now: number
  /** Whether the system says that its clock is synchronised; null: it does not say. */
  readonly synchronised: boolean | null
  /** The newest entry of the trail, ms; null: there is none. */
  readonly newest: number | null
  /** Of the site; null: there is none. */
  readonly zone: { readonly name: string; readonly known: boolean } | null
}
export interface PortFacts {
  /** The setting that names it. */
  readonly setting: string
  readonly address: string
  readonly state: 'ours' | 'free' | 'taken' | 'denied' | 'no-address' | 'invalid'
  /** Who has it, as far as can be seen. */
  readonly by: string | null
}
export interface SerialFacts {
  readonly channel: string
  readonly path: string
  readonly state: 'ok' | 'missing' | 'no-device' | 'no-right'
  readonly user: string
  /** The group that may use it; null: unknown. */
  readonly group: string | null
  /** Another process that has it open. */
  readonly by: string | null
}
export interface ReachFacts {
  /** Of a channel or an output. */
  readonly name: string
  readonly address: string
  /** null: it answers. */
  readonly why: string | null
}

/** Before this nobody can have started this program: a clock that was never set. */
const FIRST = Date.UTC(2026, 0, 1)
/** What was recorded may be a little ahead of a clock that was just corrected. */
const AHEAD_MS = 60_000
const LOW_MB = 150
const SMALL_MB = 900

export function nodeFinding({ version, wanted }: MachineFacts['node']): Finding {
  const major = (v: string) => v.replace(/^v/, '').split('.')[0]
  if (major(version) === major(wanted)) return ok('node', `Node ${version}`, `Node ${version}`)
  return finding(
    'node',
    'bad',
    `Node 版本是 ${version}，门房要用 ${wanted}。`,
    `Node is ${version}, Gatehouse runs on ${wanted}.`,
    '用 npm run 启动（它用自带的 Node），或用安装包。',
    'Start it by npm run, which takes its own Node, or use the package.',
  )
}

export function memoryFinding({ totalMb, availableMb }: MachineFacts['memory']): Finding {
  const zh = `内存共 ${totalMb} MB，可用 ${availableMb} MB`
  const en = `Memory: ${totalMb} MB, ${availableMb} MB of it available`
  if (availableMb >= LOW_MB && totalMb >= SMALL_MB) return ok('memory', zh, en)
  return finding(
    'memory',
    'warn',
    `${zh}，偏少。`,
    `${en}: that is little.`,
    '停掉别的程序，或换内存更大的机器：系统内存不足时会结束门房。',
    'End other programs or take a machine with more: a system without memory ends Gatehouse.',
  )
}

/** At most one line for each of: the time, its source, the zone. */
export function clockFindings({ now, synchronised, newest, zone }: ClockFacts): Finding[] {
  const found: Finding[] = []
  const at = new Date(now).toISOString()
  if (now < FIRST)
    found.push(
      finding(
        'clock',
        'bad',
        `时钟停在 ${at}，从未校准。`,
        `The clock says ${at}: it was never set.`,
        '启用网络校时（timedatectl set-ntp true）；没有网络的机器加装带电池的时钟模块。',
        'Turn on network time (timedatectl set-ntp true); a machine without a network needs a clock with a battery.',
      ),
    )
  else if (newest !== null && newest - now > AHEAD_MS)
    found.push(
      finding(
        'clock',
        'bad',
        `时钟是 ${at}，但最后一条记录的时间是 ${new Date(newest).toISOString()}：时钟被拨回过。`,
        `The clock says ${at}, but the last record is of ${new Date(newest).toISOString()}: it was set back.`,
        '校准时钟。改正之前，与时间有关的判断（通行证、期限）按安全方向处理。',
        'Set it right. Until then what depends on time (passes, deadlines) is decided on the safe side.',
      ),
    )
  else if (synchronised === false)
    found.push(
      finding(
        'clock',
        'warn',
        `时钟是 ${at}，没有与网络校时。`,
        `The clock says ${at} and is not synchronised.`,
        '启用网络校时：timedatectl set-ntp true；内网用 systemd-timesyncd 或 chrony 指向本单位的时间服务器。',
        'Turn on network time: timedatectl set-ntp true; in a closed network point systemd-timesyncd or chrony to a server of yours.',
      ),
    )
  else if (synchronised === null)
    found.push(
      finding(
        'clock',
        'warn',
        `时钟是 ${at}；看不出是否已与网络校时。`,
        `The clock says ${at}; whether it is synchronised cannot be seen.`,
        '在机器上（容器在宿主机上）执行 timedatectl 查看。',
        'Look with timedatectl on the machine, for a container on its host.',
      ),
    )
  else found.push(ok('clock', `时钟 ${at}，已校时`, `The clock says ${at} and is synchronised`))
  if (zone && !zone.known)
    found.push(
      finding(
        'zone',
        'bad',
        `站点时区“${zone.name}”不存在。`,
        `There is no time zone ${zone.name}, which the site names.`,
        '在 site.json 的 site.timezone 中写 IANA 名称，例如 Asia/Shanghai。',
        'Give site.timezone of site.json an IANA name, such as Asia/Shanghai.',
      ),
    )
  else if (zone) found.push(ok('zone', `站点时区 ${zone.name}`, `Time zone of the site: ${zone.name}`))
  return found
}

export function portFinding({ setting, address, state, by }: PortFacts): Finding {
  const who = by === null ? { zh: '', en: '' } : { zh: `（${by}）`, en: ` (${by})` }
  switch (state) {
    case 'ours':
      return ok('port', `${setting} ${address}：门房在监听`, `${setting} ${address}: Gatehouse listens`)
    case 'free':
      return ok('port', `${setting} ${address}：空闲`, `${setting} ${address}: free`)
    case 'taken':
      return finding(
        'port',
        'bad',
        `${setting} ${address} 已被别的程序占用${who.zh}。`,
        `${setting} ${address} is taken by another program${who.en}.`,
        `停掉它，或给 ${setting} 换一个端口；用 sudo ss -ltnp 查是谁。`,
        `End it, or give ${setting} another port; sudo ss -ltnp says who it is.`,
      )
    case 'denied':
      return finding(
        'port',
        'bad',
        `${setting} ${address}：本用户不能使用该端口。`,
        `${setting} ${address}: this user may not take that port.`,
        '用 1024 以上的端口（例如 8443），需要 443 时由防火墙或代理转发。',
        'Take a port above 1024, such as 8443, and have a firewall or proxy pass 443 on.',
      )
    case 'no-address':
      return finding(
        'port',
        'bad',
        `${setting} ${address}：本机没有这个地址。`,
        `${setting} ${address}: this machine has no such address.`,
        '改为本机的地址，或 0.0.0.0（所有地址）；用 ip addr 查看。',
        'Take an address of this machine, or 0.0.0.0 for all; ip addr shows them.',
      )
    default:
      return finding(
        'port',
        'bad',
        `${setting}=${address} 不是 主机:端口。`,
        `${setting}=${address} is not host:port.`,
        '例如 0.0.0.0:8443。',
        'Such as 0.0.0.0:8443.',
      )
  }
}

export function serialFinding({ channel, path, state, user, group, by }: SerialFacts): Finding {
  if (state === 'missing')
    return finding(
      'serial',
      'bad',
      `通道 ${channel}：没有 ${path}。`,
      `Channel ${channel}: there is no ${path}.`,
      '插好转换器，用 ls -l /dev/serial/by-id 查名称；用 by-id 的名称，重新插拔后不变。',
      'Plug the adapter in and look with ls -l /dev/serial/by-id; a name of by-id stays the same after it was plugged in anew.',
    )
  if (state === 'no-device')
    return finding(
      'serial',
      'bad',
      `通道 ${channel}：${path} 不是串口。`,
      `Channel ${channel}: ${path} is no serial port.`,
      '在 site.json 的 channels 中改 path。',
      'Change its path in channels of site.json.',
    )
  if (state === 'no-right') {
    const of = group ?? 'dialout'
    return finding(
      'serial',
      'bad',
      `通道 ${channel}：用户 ${user} 无权使用 ${path}（组 ${of}）。`,
      `Channel ${channel}: user ${user} may not use ${path} (group ${of}).`,
      `sudo usermod -aG ${of} ${user}，然后重启服务；容器用 devices 和 group_add。`,
      `sudo usermod -aG ${of} ${user}, then restart the service; a container needs devices and group_add.`,
    )
  }
  if (by !== null)
    return finding(
      'serial',
      'warn',
      `通道 ${channel}：${path} 同时被 ${by} 打开。`,
      `Channel ${channel}: ${path} is open in ${by}, too.`,
      '停掉它：两个程序在一条总线上发问，应答会混在一起。',
      'End it: the answers of a line on which two programs ask get mixed up.',
    )
  return ok('serial', `通道 ${channel}：${path} 可用`, `Channel ${channel}: ${path} can be used`)
}

export function reachFinding({ name, address, why }: ReachFacts): Finding {
  if (why === null) return ok('reach', `${name}：${address} 可达`, `${name}: ${address} answers`)
  return finding(
    'reach',
    'warn',
    `${name}：${address} 不可达（${why}）。`,
    `${name}: ${address} does not answer (${why}).`,
    '检查地址、网线和防火墙；用 ping、nc -vz 试。对方恢复后门房自动续上。',
    'Check the address, the cable and firewalls, with ping and nc -vz. Gatehouse goes on by itself once it answers.',
  )
}
