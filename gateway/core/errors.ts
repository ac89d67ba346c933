import type { Text } from '../../drivers/point.ts'

/**
 * Every error that the outside can get: its stable code, its HTTP status, what happened and what to do, in both languages.
 * `{name}` is filled from the error's params; `{n, line|lines}` is the word that goes with a count.
 */
export const errors = {
  'not-signed-in': {
    status: 401,
    'zh-CN': '未登录或登录已过期，请重新登录。',
    en: 'Not signed in, or the session has ended. Sign in again.',
  },
  'wrong-password': { status: 401, 'zh-CN': '用户名或密码不对。', en: 'The user name or the password is wrong.' },
  'password-easy': {
    status: 422,
    'zh-CN':
      '这个密码太容易猜到。常用密码、键盘顺序、重复、纯数字，以及本人、本项目或本产品的名称都不行；请换一句只有自己知道的话。',
    en: 'This password is too easily guessed. Common passwords, rows of the keyboard, repetitions, digits alone and the names of the person, the site or the product do not do. Take a sentence that only you know.',
  },
  'setup-code-wrong': {
    status: 401,
    'zh-CN': '设置码不对。它在网关的控制台（日志）上，也在数据目录的 secrets/setup-code 文件里。',
    en: 'The setup code is wrong. It stands on the console (log) of the gateway, and in the file secrets/setup-code of its data folder.',
  },
  'first-run-over': {
    status: 409,
    'zh-CN': '首次设置已经完成，可能是别人刚刚做的。请登录；若不是您或同事所做，请查看审计记录并重置密码。',
    en: 'The first run is over; somebody may have just done it. Sign in. If it was none of you, look at the trail and reset the password.',
  },
  'first-run-site': {
    status: 409,
    'zh-CN': '网关里已有项目，不再新建。请重新载入页面，只填管理员。',
    en: 'The gateway has a site already and makes no other. Load the page again and fill in the administrator only.',
  },
  'too-many-attempts': {
    status: 429,
    'zh-CN': '尝试次数过多，请 {seconds} 秒后再试。',
    en: 'Too many attempts. Try again in {seconds} s.',
  },
  'code-wrong': {
    status: 401,
    'zh-CN': '验证码不对。网关现在是 {time}；手机时间若相差半分钟以上，请先校准手机时间，再输入新的验证码。',
    en: 'The code is not right. At the gateway it is {time}: if the phone is off by more than half a minute, set its time first, then enter the next code.',
  },
  'code-used': {
    status: 401,
    'zh-CN': '这个验证码已经用过，请等下一个（最多 30 秒）。',
    en: 'This code was used already. Wait for the next one, at most 30 s.',
  },
  'code-clock-back': {
    status: 401,
    'zh-CN': '网关的时钟似乎被往回拨过（现在是 {time}），验证码暂时都不能用。请改用恢复码，并请管理员校准网关时间。',
    en: "The gateway's clock seems to have been set back (it shows {time}), so that no code counts for now. Use a recovery code, and have the gateway's time set right.",
  },
  'code-clock-suspect': {
    status: 401,
    'zh-CN': '验证码不对。网关的时钟不可信（现在显示 {time}），可能就是原因。请改用恢复码，并请管理员校准网关时间。',
    en: "The code is not right. The gateway's clock is in doubt (it shows {time}), which may be why. Use a recovery code, and have the gateway's time set right.",
  },
  'half-over': {
    status: 409,
    'zh-CN': '输入密码后已超过 5 分钟，请从密码重新开始。',
    en: 'The password was entered more than 5 minutes ago. Begin again with the password.',
  },
  'factor-not-begun': {
    status: 409,
    'zh-CN': '显示的密钥已失效，请重新开始设置，扫描新的二维码。',
    en: 'The secret that was shown is no longer good. Begin the set-up again and scan the new code.',
  },
  'factor-none': {
    status: 409,
    'zh-CN': '这个账号没有设置验证器应用。',
    en: 'This account has no authenticator app set up.',
  },
  'factor-sealed': {
    status: 409,
    'zh-CN': '读不出这个账号的验证密钥：它是用另一台网关的密钥封存的。请改用恢复码，或请管理员取消第二因素后重新设置。',
    en: 'The secret of this account cannot be read: it was sealed with the key of another gateway. Use a recovery code, or have an administrator take the second factor away and set it up anew.',
  },
  'factor-demanded': {
    status: 409,
    'zh-CN': '您的角色必须有第二因素，不能取消。要换手机，请直接重新设置。',
    en: 'Your role demands a second factor, so that it cannot be taken away. For another phone, set it up anew.',
  },
  'factor-passkey': {
    status: 409,
    'zh-CN': '您的角色只用密码不能登录，请用通行密钥登录。通行密钥丢失时，请管理员取消第二因素。',
    en: 'With your role the password alone does not sign you in: use your passkey. If it is lost, an administrator takes the second factor away.',
  },
  'passkey-needs-https': {
    status: 409,
    'zh-CN':
      '通行密钥只在 HTTPS（或本机 localhost）上可用，而本页是以 http 打开的。请按运行手册启用 HTTPS，再从 https:// 地址打开。',
    en: 'Passkeys work over HTTPS only (or on localhost), and this page was opened over http. Switch HTTPS on (docs/operating.md) and open the https:// address.',
  },
  'passkey-needs-name': {
    status: 409,
    'zh-CN': '通行密钥须绑定主机名，而本页是按 IP 地址 {host} 打开的。请给网关起一个主机名，用该名称打开。',
    en: 'A passkey is tied to a host name, and this page was opened by the IP address {host}. Give the gateway a name and open the page by it.',
  },
  'passkey-over': {
    status: 409,
    'zh-CN': '等待超过 5 分钟，或这次请求已用过，请再试一次。',
    en: 'More than 5 minutes have passed, or this request was used already. Try once more.',
  },
  'passkey-unknown': {
    status: 401,
    'zh-CN': '网关不认识这个通行密钥，可能已被移除。请用密码登录。',
    en: 'The gateway does not know this passkey; it may have been removed. Sign in with the password.',
  },
  'passkey-refused': {
    status: 401,
    'zh-CN': '通行密钥的应答没有通过核对（须有本人的 PIN、指纹或人脸确认）。请再试，或用密码登录。',
    en: 'The answer of the passkey did not pass the check (it needs the PIN, finger or face of its owner). Try again, or sign in with the password.',
  },
  'passkey-copied': {
    status: 401,
    'zh-CN': '这个通行密钥的计数没有前进，可能被复制过，已拒绝。请用密码登录，移除它并重新添加。',
    en: 'The counter of this passkey has not gone on: there may be a copy of it, so it was refused. Sign in with the password, remove it and add a new one.',
  },
  'passkey-there': {
    status: 409,
    'zh-CN': '这个通行密钥已经添加过。',
    en: 'This passkey was added already.',
  },
  'passkey-many': {
    status: 409,
    'zh-CN': '每人最多 {most} 个通行密钥，请先移除不用的。',
    en: 'A person has at most {most} passkeys. Remove those that are not used first.',
  },
  'sign-in-rule-order': {
    status: 422,
    'zh-CN': '最长登录时间不能短于闲置时间。',
    en: 'The longest time signed in cannot be shorter than the idle time.',
  },
  'diagnostics-run': {
    status: 409,
    'zh-CN': '正在生成诊断文件，请稍后再试。',
    en: 'A diagnostics file is being made. Try again in a moment.',
  },
  'trail-check-runs': {
    status: 409,
    'zh-CN': '审计记录正在核对，请等它完成后再试。',
    en: 'The trail is being checked already. Wait until that is done, then try again.',
  },
  'too-many-requests': {
    status: 429,
    'zh-CN': '请求过多，请 {seconds} 秒后再试。',
    en: 'Too many requests. Try again in {seconds} s.',
  },
  'not-allowed': {
    status: 403,
    'zh-CN': '您的角色不能做此操作（{what}）。',
    en: 'Your role may not do this ({what}).',
  },
  'foreign-origin': {
    status: 403,
    'zh-CN': '请求来自别的网站，已拒绝。',
    en: 'The request came from another web site and was refused.',
  },
  'not-found': { status: 404, 'zh-CN': '没有找到：{what}。', en: 'Not found: {what}.' },
  'invalid-input': { status: 400, 'zh-CN': '输入有误：{where} {why}', en: 'The input is not right: {where} {why}' },
  'body-too-large': { status: 413, 'zh-CN': '内容太大。', en: 'The body is too large.' },
  'unsupported-media': { status: 415, 'zh-CN': '请用 application/json 发送。', en: 'Send it as application/json.' },
  'no-such-move': {
    status: 409,
    'zh-CN': '工单的状态不允许这一步，可能别人已先处理。请看最新状态。',
    en: 'The order has no such move in its present state; somebody may have been faster. Look at its present state.',
  },
  'not-your-role': {
    status: 403,
    'zh-CN': '您的角色不能做这一步。',
    en: 'Your role may not make this move.',
  },
  'somebody-was-faster': {
    status: 409,
    'zh-CN': '别人已先处理，请看最新状态。',
    en: 'Somebody was faster: look at its present state.',
  },
  'linkage-normal': {
    status: 409,
    'zh-CN': '分区“{zone}”没有需要确认的火警。',
    en: 'The zone "{zone}" has no alarm to be confirmed as over.',
  },
  'linkage-panel-first': {
    status: 409,
    'zh-CN': '分区“{zone}”的控制器还没有复位，或读不到它的状态。请先到现场确认并复位控制器。',
    en: 'The panel of the zone "{zone}" is not reset yet, or cannot be read. Look at the place, then reset the panel first.',
  },
  'tag-own-twice': {
    status: 409,
    'zh-CN': '您在这台设备上已挂牌，一人一牌。',
    en: 'A tag of yours hangs on this equipment already: one person, one tag.',
  },
  'tag-gone': { status: 409, 'zh-CN': '这块牌已摘下。', en: 'This tag is off already.' },
  'tag-not-yours': {
    status: 403,
    'zh-CN': '这是 {owner} 的牌，谁挂牌谁摘牌。本人不在时请“申请代摘”。',
    en: 'This tag is of {owner}; only its owner does this. When he is away, ask for its removal.',
  },
  'tag-yours': {
    status: 409,
    'zh-CN': '这是您自己的牌，请直接摘牌或移交给别人。',
    en: 'This tag is your own: take it off, or hand it over to somebody else.',
  },
  'tag-not-offered': { status: 409, 'zh-CN': '这块牌没有移交给您。', en: 'This tag is not handed over to you.' },
  'tag-offered': {
    status: 409,
    'zh-CN': '这块牌已在移交给 {to}，请先撤回。',
    en: 'This tag is being handed over to {to}. Take that back first.',
  },
  'tag-owner-role': {
    status: 422,
    'zh-CN': '“{name}”不是可以挂牌的在用账号。',
    en: 'There is no account "{name}" in use that may hang tags.',
  },
  'tag-testing': { status: 409, 'zh-CN': '这块牌已在试送中。', en: 'This tag is lifted for a try already.' },
  'tag-not-testing': { status: 409, 'zh-CN': '这块牌不在试送中。', en: 'This tag is not lifted for a try.' },
  'tag-test-long': {
    status: 422,
    'zh-CN': '试送最长 15 分钟。',
    en: 'A try takes at most 15 minutes.',
  },
  'tag-removal-asked': {
    status: 409,
    'zh-CN': '{by} 已申请代摘，等另一人确认。',
    en: '{by} has asked for its removal already; a second person has to agree.',
  },
  'tag-removal-none': {
    status: 409,
    'zh-CN': '没有人申请代摘这块牌。',
    en: 'Nobody has asked for the removal of this tag.',
  },
  'tag-removal-same': {
    status: 403,
    'zh-CN': '代摘须由另一人确认，不能自己确认自己的申请。',
    en: 'Another person has to agree to the removal, not the one who asked.',
  },
  'tag-lacks': { status: 422, 'zh-CN': '缺少：{what}。', en: 'This is missing: {what}.' },
  'switching-same-person': {
    status: 422,
    'zh-CN': '操作人和监护人须是两个人。',
    en: 'Who switches and who watches are two persons.',
  },
  'switching-person': {
    status: 422,
    'zh-CN': '“{name}”不是可以倒闸操作的在用账号（工程）。',
    en: 'There is no account "{name}" in use that may switch (engineering).',
  },
  'switching-ended': { status: 409, 'zh-CN': '这张操作票已结束。', en: 'This switching order has ended.' },
  'switching-order': {
    status: 409,
    'zh-CN': '须按票面顺序操作，不能跳项或倒项。',
    en: 'Steps are done in the order of the ticket: none is skipped, none is gone back to.',
  },
  'switching-not-read': {
    status: 409,
    'zh-CN': '监护人还没有唱票，不能操作。',
    en: 'The guardian has not read this step out: it may not be done yet.',
  },
  'switching-read-already': { status: 409, 'zh-CN': '这一项已唱票。', en: 'This step was read out already.' },
  'switching-guardian': {
    status: 403,
    'zh-CN': '唱票由监护人 {name} 做。',
    en: 'The guardian, {name}, reads the steps out.',
  },
  'switching-operator': {
    status: 403,
    'zh-CN': '操作由操作人 {name} 本人确认。',
    en: 'Who switches, {name}, says himself that it is done.',
  },
  'switching-outsider': {
    status: 403,
    'zh-CN': '只有操作人或监护人可以中止这张操作票。',
    en: 'Only the two of this order may give it up.',
  },
  'permit-not-so': {
    status: 409,
    'zh-CN': '作业票的状态不允许这一步，可能别人已先处理。请看最新状态。',
    en: 'The permit has no such move in its present state; somebody may have been faster. Look at its present state.',
  },
  'permit-own': {
    status: 403,
    'zh-CN': '申请人不能审批自己的作业票。',
    en: 'Whoever applied does not agree to his own permit.',
  },
  'permit-same-person': {
    status: 403,
    'zh-CN': '您已审批过这张作业票，每一步须由不同的人办。',
    en: "You have agreed to this permit already: each step is another person's.",
  },
  'permit-next-approval': {
    status: 403,
    'zh-CN': '审批须按顺序，现在轮到：{what}。',
    en: 'Agreement is given in its order; next is: {what}.',
  },
  'permit-time': {
    status: 422,
    'zh-CN': '作业时间不对：结束须晚于开始，且晚于现在。',
    en: 'That is no time to work: it ends after it begins, and after now.',
  },
  'permit-long': {
    status: 422,
    'zh-CN': '这张作业票最长 {what} 小时。',
    en: 'This permit holds for at most {what} h.',
  },
  'permit-no-worker': { status: 422, 'zh-CN': '请写明作业人。', en: 'Say who works.' },
  'permit-certificate': {
    status: 422,
    'zh-CN': '{what} 没有特种作业操作证，或当天已过期。',
    en: "{what} has no operator's certificate that holds on the day.",
  },
  'permit-guardian-account': {
    status: 422,
    'zh-CN': '监护人“{name}”不是可以监护的在用账号。',
    en: 'There is no account "{name}" in use that may watch over work.',
  },
  'permit-guardian-works': {
    status: 422,
    'zh-CN': '监护人 {what} 不能兼作业人或审批人。',
    en: 'The guardian {what} neither works nor agrees to the permit.',
  },
  'permit-guardian-busy': {
    status: 409,
    'zh-CN': '监护人正在监护 {what}，一人只能监护一处。',
    en: 'The guardian is watching {what}: one person, one place.',
  },
  'permit-guardian-offer': {
    status: 403,
    'zh-CN': '更换监护人由现监护人 {what} 或经理、管理员提出。',
    en: 'The guardian, {what}, or a manager offers the watch to another.',
  },
  'permit-guardian-offered': {
    status: 403,
    'zh-CN': '监护交给了 {what}，须由其本人用自己的账号接替。',
    en: 'The watch was offered to {what}, who takes it with his own account.',
  },
  'permit-guardian-already': { status: 422, 'zh-CN': '{what} 已是监护人。', en: '{what} is the guardian already.' },
  'permit-guardian-leaves': {
    status: 409,
    'zh-CN': '{what}：监护人随交班离岗。先换监护人，再同意继续作业。',
    en: '{what}: the guardian goes off duty. Name another guardian before you let the work go on.',
  },
  'permit-guardian': {
    status: 403,
    'zh-CN': '由监护人 {what} 本人在现场确认开工。',
    en: 'The guardian, {what}, says on the spot that work may begin.',
  },
  'permit-too-early': {
    status: 409,
    'zh-CN': '还没到批准的作业时间。',
    en: 'The time that was permitted has not begun.',
  },
  'permit-over': {
    status: 409,
    'zh-CN': '作业票已到期，须重新申请。',
    en: 'The permit has run out: apply for a new one.',
  },
  'permit-check': {
    status: 409,
    'zh-CN': '作业前检查缺项、不合格或已过时：{what}。请到现场重新检查。',
    en: 'This check is missing, failed or too old: {what}. Look at it again on the spot.',
  },
  'permit-gas': {
    status: 409,
    'zh-CN': '须有 30 分钟内的气体检测。',
    en: 'A gas test of the last 30 min is needed.',
  },
  'permit-gas-high': {
    status: 409,
    'zh-CN': '可燃气体超过 {what} %，不得动火。',
    en: 'There is more than {what} % of combustible gas: no hot work.',
  },
  'permit-gas-instrument': {
    status: 409,
    'zh-CN': '检测仪 {what} 已过检定期，请换一台重测。',
    en: 'The calibration of the instrument {what} has run out. Test again with another.',
  },
  'permit-zone-alarm': {
    status: 409,
    'zh-CN': '该区域有火警未解除，不得作业。',
    en: 'A fire alarm of the zone is not over: no work.',
  },
  'permit-zone-isolated': {
    status: 409,
    'zh-CN': '该区域的火灾探测器已屏蔽，不得动火。请先恢复。',
    en: 'Fire detectors of the zone are isolated: no hot work. Restore them first.',
  },
  'permit-not-started': {
    status: 409,
    'zh-CN': '这张作业票从未开工。',
    en: 'Work under this permit has never begun.',
  },
  'permit-watch-runs': {
    status: 409,
    'zh-CN': '动火后监护还差 {what} 分钟，到时复查后再关闭。',
    en: 'The place is watched for {what} min more. Look at it again then, and close.',
  },
  'permit-needs-proof': {
    status: 422,
    'zh-CN': '请在监护到时后拍现场照片，再关闭。',
    en: 'Take a photo of the place after the watch, then close.',
  },
  'permit-needs-scan': {
    status: 422,
    'zh-CN': '请到现场扫一次设备码或巡更点标签再关闭：监护到时后须有人到过现场。',
    en: 'Scan a code of equipment or the tag of a round at the place, then close: somebody has to have been there after the watch.',
  },
  'permit-wind-unknown': {
    status: 409,
    'zh-CN': '露天动火须先记录风力：请在“现场检查”中填写现在的风力等级。',
    en: 'Hot work in the open needs the wind: put down its force now, with the checks.',
  },
  'permit-wind': {
    status: 409,
    'zh-CN': '风力 {what} 级，五级及以上禁止露天动火。确须动火的，写明原因，作业升一级管理。',
    en: 'The wind has force {what}: from force 5 there is no hot work in the open. Where it cannot be put off, say why; the grade goes up by one.',
  },
  'permit-valve-shut': {
    status: 409,
    'zh-CN': '喷淋阀门未开启：{what}。请先开阀再动火。',
    en: 'A sprinkler valve is not open: {what}. Open it before the hot work.',
  },
  'permit-extinguisher': {
    status: 409,
    'zh-CN': '该处灭火器不合格或逾期未检：{what}。请在“消防器材”台账中检查登记后再开工。',
    en: 'An extinguisher there is defective or its check is overdue: {what}. Check it in the register of fire gear, then start.',
  },
  'permit-overlap': {
    status: 409,
    'zh-CN': '同一部位有不能同时进行的作业：{what}。请等其完工或暂缓本作业。',
    en: 'Work goes on at the place that must not meet this: {what}. Wait until it has ended.',
  },
  'permit-overlap-ask': {
    status: 409,
    'zh-CN': '同处或相邻处有作业：{what}。请与其监护人商定，写明后再开工。',
    en: 'There is other work at the place or next to it: {what}. Agree with its guardian, say so, then start.',
  },
  'permit-extended': {
    status: 409,
    'zh-CN': '作业票只能延期一次，须重新申请。',
    en: 'A permit is extended once: apply for a new one.',
  },
  'permit-extension-asked': {
    status: 409,
    'zh-CN': '延期已申请，正在审批。',
    en: 'An extension was asked for already and waits for its approvals.',
  },
  'permit-still-isolated': {
    status: 409,
    'zh-CN': '消防主机显示该区域仍有探测器屏蔽。请先在主机上恢复。',
    en: 'The panel says that detectors of the zone are still isolated. Restore them there first.',
  },
  'permit-isolation-off': {
    status: 422,
    'zh-CN': '本项目不允许屏蔽火灾探测器（site.json 的 permits.isolation）。',
    en: 'This site does not allow fire detectors to be isolated (permits.isolation in site.json).',
  },
  'permit-other-place': {
    status: 422,
    'zh-CN': '这个码不是作业地点的。',
    en: 'This code does not hang at the place of the work.',
  },
  'order-paused': { status: 409, 'zh-CN': '工单 {no} 已暂停。', en: 'The order {no} is paused already.' },
  'order-not-paused': { status: 409, 'zh-CN': '工单 {no} 没有暂停。', en: 'The order {no} is not paused.' },
  'pause-not-listed': {
    status: 422,
    'zh-CN': '此类工单不能因这个原因暂停计时。',
    en: 'Orders of this class may not be paused for this reason.',
  },
  'pause-second-person': {
    status: 403,
    'zh-CN': '已暂停过两次，再次暂停须由值班主管（非处理人本人）办理。',
    en: 'It was paused twice. Only a supervisor who does not work on it may pause it again.',
  },
  'notify-changed': {
    status: 409,
    'zh-CN': '通知设置已被别人改过，请重新打开后再改。',
    en: 'Somebody has changed these settings meanwhile. Open them again, then change them.',
  },
  'notify-invalid': { status: 422, 'zh-CN': '通知设置有误：{why}', en: 'These settings are not right: {why}' },
  'report-up-none': {
    status: 409,
    'zh-CN': '这一优先级没有设置升级，不知道报给谁（设置 › 通知）。',
    en: 'There is no ladder for this priority, so nobody knows whom to report to (Settings › Notices).',
  },
  'report-up-over': {
    status: 409,
    'zh-CN': '这条报警已恢复并确认，或已搁置，不再上报。',
    en: 'This alarm is over and acknowledged, or put aside: it is not reported up any more.',
  },
  'report-up-step': {
    status: 409,
    'zh-CN': '须逐级上报；只有生命和高优先级的报警可以越级。',
    en: 'Report step by step; only alarms of life and high priority may skip levels.',
  },
  'after-report-written': {
    status: 409,
    'zh-CN': '{by} 已写过这份补报。',
    en: 'This report was written already, by {by}.',
  },
  'notify-nobody': {
    status: 422,
    'zh-CN': '现在没有人可以收到：值班表上没有当班的人，或没有填电话/邮箱。',
    en: 'Nobody can be sent it now: nobody of the roster is on duty, or has such an address.',
  },
  'link-expired': {
    status: 410,
    'zh-CN': '此链接已过期。请登录系统处理。',
    en: 'This link has expired. Sign in to see to it.',
  },
  'link-superseded': {
    status: 409,
    'zh-CN': '此链接对应的是之前的一次报警，报警后来又发生过。请用最新通知里的链接，或登录系统。',
    en: 'This link is of an earlier occurrence; the alarm has come again since. Use the link of the newest notice, or sign in.',
  },
  'outage-no-notice': {
    status: 409,
    'zh-CN': '这个处置流程没有可发送的通知。',
    en: 'This runbook has no notice to send.',
  },
  'time-not-ahead': { status: 422, 'zh-CN': '时间须晚于现在。', en: 'The time must be ahead.' },
  'appointment-urgent': {
    status: 422,
    'zh-CN': '只有一般报修可以预约；急修不因预约而免除时限。',
    en: 'Only general repairs can be by appointment; urgent ones keep their limits.',
  },
  'same-class': { status: 409, 'zh-CN': '工单已是这个级别。', en: 'The order has this class already.' },
  'order-life': {
    status: 422,
    'zh-CN': '涉及生命安全的工单 {no} 不能合并。',
    en: 'The order {no} concerns lives: it is never merged.',
  },
  'order-field': { status: 422, 'zh-CN': '缺少：{field}。', en: 'This is missing: {field}.' },
  'left-already': {
    status: 409,
    'zh-CN': '这次到场已记录离开时间。',
    en: 'When this visit ended is written down already.',
  },
  'downtime-nothing': {
    status: 422,
    'zh-CN': '工单 {no} 没有设备，不能记停机。',
    en: 'The order {no} is of no equipment: there is nothing that could stand still.',
  },
  'downtime-span': {
    status: 422,
    'zh-CN': '停机时间不对：起始须早于结束，且都不晚于现在。',
    en: 'That is no time of standing still: it begins before it ends, and neither is ahead.',
  },
  'downtime-measured': {
    status: 409,
    'zh-CN': '实测的停机由设备运行状态结束；不算数的请注明原因作废。',
    en: 'A measured stop ends when the equipment is seen to run. One that does not count is withdrawn with a reason.',
  },
  'risk-planned': {
    status: 409,
    'zh-CN': '此风险来自计划，不能在工单上作废；请在计划保养里改。',
    en: 'This risk comes from the plan and is not withdrawn on an order. Change the plan.',
  },
  'gate-slip': {
    status: 422,
    'zh-CN': '{no} 是出门条，不是通行证：请在门岗页面或登记簿里放行物品。',
    en: '{no} is a goods exit slip, not a pass: let the goods through on the gate page or in its register.',
  },
  'register-no-move': {
    status: 409,
    'zh-CN': '{no} 的状态是“{phase}”，不允许这一步，可能别人已先处理。',
    en: '{no} is "{phase}": this cannot be done with it now; somebody may have been faster.',
  },
  'register-field': { status: 422, 'zh-CN': '“{field}”一栏：{why}。', en: 'The field "{field}" {why}.' },
  'register-refused': { status: 409, 'zh-CN': '不能办理（{no}）：{why}', en: 'Refused ({no}): {why}' },
  'month-running': {
    status: 409,
    'zh-CN': '{month} 还没有结束，月末之后才能归档；现在的数字可以直接查看和打印。',
    en: '{month} is not over: it is archived after its end. Its numbers so far can be seen and printed now.',
  },
  'month-same': {
    status: 409,
    'zh-CN': '{month} 与已归档的版本没有差别，不需要新版本。',
    en: '{month} does not differ from the version that is archived: there is nothing for a new one.',
  },
  'complaint-no-move': {
    status: 409,
    'zh-CN': '投诉 {no} 的状态不允许这一步，可能别人已先处理。请看最新状态。',
    en: 'The case {no} has no such move in its present state; somebody may have been faster. Look at its present state.',
  },
  'complaint-same-class': {
    status: 409,
    'zh-CN': '投诉 {no} 已是此类别。',
    en: 'The case {no} is of this class already.',
  },
  'complaint-not-serious': {
    status: 409,
    'zh-CN': '一般投诉不须上报；确需上报时请先改类别。',
    en: 'A general complaint is not reported upward. Change its class first if it should be.',
  },
  'patrol-not-missed': {
    status: 409,
    'zh-CN': '此点没有漏巡，不需要说明。',
    en: 'This point was not missed: there is nothing to excuse.',
  },
  'patrol-not-over': {
    status: 409,
    'zh-CN': '这一轮巡更尚未结束，不能复核。请等其时间和宽限过后再复核。',
    en: 'This round is not over. Review it when its time and its grace have passed.',
  },
  'patrol-reviewed': {
    status: 409,
    'zh-CN': '这一轮巡更已复核。需要补充时请加注。',
    en: 'This round was reviewed already. Write a remark if there is more to say.',
  },
  'patrol-own-round': {
    status: 403,
    'zh-CN': '您本人走过这一轮，不能自己复核。请由另一位主管复核。',
    en: 'You walked this round yourself. Another supervisor has to review it.',
  },
  'patrol-reasons-missing': {
    status: 422,
    'zh-CN': '这些巡更点不是正常到点，须逐点选择原因：{points}。',
    en: 'These points were not plainly in time. Choose a reason for each: {points}.',
  },
  'patrol-not-reviewed': {
    status: 409,
    'zh-CN': '这一轮巡更未经复核，不能封存。请先复核。',
    en: 'This round was not reviewed, so it cannot be sealed. Review it first.',
  },
  'patrol-sealed': {
    status: 409,
    'zh-CN': '这一轮巡更已封存，不能再改。需要补充时请加注。',
    en: 'This round is sealed and cannot change. Write a remark instead.',
  },
  'patrol-tag-state': {
    status: 409,
    'zh-CN': '标签 {tag} 的状态不允许这一步：已更换或停用的不再启用，没有疑点的不需消除。请看最新状态。',
    en: 'The tag {tag} has no such move in its present state: one that was taken down does not come back, and one that nobody doubts needs no clearing. Look at its present state.',
  },
  'patrol-tag-taken': {
    status: 409,
    'zh-CN': '标签号 {tag} 为空或已用于别处。请读取新标签的号码。',
    en: 'The tag {tag} is empty or in use already. Read the number of a new one.',
  },
  'patrol-signature': {
    status: 422,
    'zh-CN': '设备 {device} 这一批记录的签名不对，未接收。请检查 site.json 中该设备的 key，并查明记录是否被改动。',
    en: 'The signature of this batch is not that of {device}: nothing was taken. Check its key in site.json, and find out whether the records were changed.',
  },
  'patrol-unsigned': {
    status: 422,
    'zh-CN':
      '本项目不接收没有签名的巡更棒记录（{device}）。请使用有密钥的设备，或在 site.json 的 patrol.unsigned 中允许。',
    en: 'This site takes no batches without a signature ({device}). Use a device with a key, or allow it in patrol.unsigned of site.json.',
  },
  'patrol-walks-few': {
    status: 409,
    'zh-CN': '这两点之间正常行走的记录不足 20 次，数据不足，不能确认。',
    en: 'Insufficient data: fewer than 20 honest walks between these two points, so there is nothing to confirm.',
  },
  'patrol-walks-changed': {
    status: 409,
    'zh-CN': '建议值已变为 {sec} 秒。请看新值后再确认。',
    en: 'The proposal is {sec} s by now. Look at it and confirm that.',
  },
  'run-line-ahead': {
    status: 409,
    'zh-CN': '还没到抄录时间：{time} 起可以抄。',
    en: 'It is not time for this line yet: it may be written from {time} on.',
  },
  'run-line-closed': {
    status: 409,
    'zh-CN': '这一行已抄录、已确认或已漏抄，可能别人已先处理。抄错的请用“更正”，纸上抄的请用“补录”。',
    en: 'This line is written, confirmed or missed already; somebody may have been faster. What is wrong is put right with "Correct", what stands on paper with "Enter afterwards".',
  },
  'run-line-open': {
    status: 409,
    'zh-CN': '这一行还没有抄录，没有可更正的内容。请先抄录。',
    en: 'This line is not written yet, so there is nothing to put right. Write it first.',
  },
  'run-line-replaced': {
    status: 409,
    'zh-CN': '这一行已被更正，请更正最新的一行。',
    en: 'This line was put right already: put right the newest one.',
  },
  'run-reading-old': {
    status: 409,
    'zh-CN': '取数已超过 10 分钟或网关已重启，数值不再是现在的。请重新取数。',
    en: 'The values were taken more than 10 min ago, or the gateway was started anew: they are not of now. Take them again.',
  },
  'run-column': {
    status: 422,
    'zh-CN': '此表没有“{column}”一栏。',
    en: 'This form has no column "{column}".',
  },
  'run-value': {
    status: 422,
    'zh-CN': '“{column}”一栏填的不对：数值栏填数字，状态栏从列表中选。',
    en: 'What stands in "{column}" does not fit: a number where a number is read, else one of its choices.',
  },
  'run-empty': {
    status: 422,
    'zh-CN': '“{column}”一栏要人工抄录，还是空的。',
    en: '"{column}" is read by hand and is still empty.',
  },
  'run-remark': {
    status: 422,
    'zh-CN': '“{column}”超出正常范围：请在备注中写明原因和处理。',
    en: '"{column}" is out of its range: say in the remark why, and what was done.',
  },
  'pre-start-explained': {
    status: 409,
    'zh-CN': '这一条不要求说明原因，或者原因已写明。请刷新页面查看。',
    en: 'This entry asks for no reason, or its reason was given already. Load the page again to see it.',
  },
  'run-not-yours': {
    status: 403,
    'zh-CN': '“{form}”由其他岗位抄录，您的角色不能抄录。',
    en: '"{form}" is written by others: your role may not.',
  },
  'handover-none': {
    status: 409,
    'zh-CN': '此班组现在没有交接班记录：计划中没有当前班次。请检查 site.json 的 shifts。',
    en: 'This crew has no sheet now: no shift of it is planned at this time. Look at shifts in site.json.',
  },
  'handover-no-move': {
    status: 409,
    'zh-CN': '交接班记录 {no} 的状态不允许这一步，可能别人已先处理。请看最新状态。',
    en: 'The sheet {no} has no such move in its present state; somebody may have been faster. Look at its present state.',
  },
  'handover-unfinished': {
    status: 409,
    'zh-CN': '准备工作还有未完成项：请完成检查、清点，并为本班发生的问题写明原因。',
    en: 'Something of the preparation is open: do the checks and counts, and give a reason for each problem of this shift.',
  },
  'handover-refused': {
    status: 409,
    'zh-CN': '不得交班（{no}）：{why}。交班人员继续在岗。',
    en: 'No handover ({no}): {why}. The outgoing crew stays on duty.',
  },
  'handover-early': {
    status: 409,
    'zh-CN': '还没到交班时间，最早提前 {minutes} 分钟。',
    en: 'It is too early: at most {minutes} min before the next shift begins.',
  },
  'handover-not-outgoing': {
    status: 403,
    'zh-CN': '此账号不是当班人员，不能签交班。请由当班人员本人签字。',
    en: 'This account is of nobody who is on duty: one of the outgoing crew signs with his own.',
  },
  'handover-not-incoming': {
    status: 403,
    'zh-CN': '此账号不在已到岗且状态正常的接班人员中，不能签接班。',
    en: 'This account is of nobody of the relief who is there and fit: one of them signs with his own.',
  },
  'handover-same-person': {
    status: 403,
    'zh-CN': '交班与接班须由不同的人签字。',
    en: 'Handing over and taking over are signed by different people.',
  },
  'handover-wrong-password': {
    status: 403,
    'zh-CN': '签字人的用户名或密码不对。',
    en: 'The name or the password of the signer is wrong.',
  },
  'handover-no-reader': {
    status: 422,
    'zh-CN': '此班组没有设置刷卡签字的读卡器（site.json 中 shifts 的 signAt）。请用密码或手写签字。',
    en: 'This crew has no reader at which cards sign (signAt of shifts in site.json). Sign by password or by hand.',
  },
  'handover-card-waits': {
    status: 409,
    'zh-CN': '一分钟内没有在读卡器上读到本班组人员的卡。请再点“刷卡”，然后刷卡。',
    en: 'No card of this crew was read at the reader within the minute. Ask for the card again, then present it.',
  },
  'handover-card-nobody': {
    status: 403,
    'zh-CN': '签字人的账号不存在或已停用。',
    en: 'The account of whoever signs does not exist or is disabled.',
  },
  'handover-twice': {
    status: 422,
    'zh-CN': '同一人在接班名单中写了两次。',
    en: 'The same person stands in the relief twice.',
  },
  'attendance-none': {
    status: 409,
    'zh-CN': '本项目没有写消防控制室值班要求（site.json 的 controlRoom）。',
    en: 'This site says nothing of who keeps its control room (controlRoom in site.json).',
  },
  'attendance-twice': {
    status: 409,
    'zh-CN': '您已在岗。',
    en: 'You are on duty already.',
  },
  'attendance-off': {
    status: 409,
    'zh-CN': '您不在岗，请先到岗。',
    en: 'You are not on duty. Come on duty first.',
  },
  'attendance-not-asked': {
    status: 409,
    'zh-CN': '现在没有查岗，无须应答。',
    en: 'Nobody asks now: there is nothing to answer.',
  },
  'complaint-nothing-told': {
    status: 409,
    'zh-CN': '投诉 {no} 没有须您知悉的提醒；重要投诉的提醒由主管确认，或先上报。',
    en: 'Of the case {no} nothing waits for you to say that you know. Of a serious one those who lead say so, or it is reported upward.',
  },
  'complaint-visit-own': {
    status: 403,
    'zh-CN': '回访不能由答复人本人做。',
    en: 'Whoever answered cannot ask whether the answer was good.',
  },
  'arrival-proven': {
    status: 409,
    'zh-CN': '到场已有凭证。',
    en: 'The arrival is proven already.',
  },
  'proving-runs': {
    status: 409,
    'zh-CN': '报警测试 {no}（{by}）正在进行，全楼一次只做一项。请等它结束，或先终止它。',
    en: 'The alarm test {no} of {by} is under way; the building has one at a time. Wait for its end, or end it first.',
  },
  'proving-over': {
    status: 409,
    'zh-CN': '这项报警测试已经结束。请看测试报告。',
    en: 'This alarm test is over. Look at its report.',
  },
  'proving-not-by-value': {
    status: 409,
    'zh-CN': '这条规则看的是长时间无数据、不变化或次数，给定一个值不能使它成立。请在设备现场测试。',
    en: 'This rule looks at silence, stillness or repetition: no stated value makes it true. Prove it at the device.',
  },
  'proving-too-long': {
    status: 409,
    'zh-CN': '这条规则的延时超过 {minutes} 分钟，不能测试。请先缩短延时，或在设备现场测试。',
    en: 'The delays of this rule are longer than {minutes} min. Shorten them first, or prove it at the device.',
  },
  'proving-no-point': {
    status: 409,
    'zh-CN': '测点 {point} 不是设备的测点，不能给定测试值。由网关自身产生的报警请在现场触发一次。',
    en: 'The point {point} is no point of a device, so no test value can be stated for it. Cause an alarm of the gateway itself on the spot.',
  },
  'proving-not-normal': {
    status: 409,
    'zh-CN': '这条报警现在不是正常状态（已报警、未确认、搁置、停用、被抑制或延时中）。请先处理到正常，再测试。',
    en: 'This alarm is not normal now: it stands, is unacknowledged, put aside, or its delay is running. See to it first, then test.',
  },
  'proving-point-bad': {
    status: 409,
    'zh-CN': '“{point}”现在没有可信的值，测试结束时无法恢复。请先恢复数据，再测试。',
    en: '"{point}" has no trusted value now, so the test could not return to normal. Get its data back first, then test.',
  },
  'proving-value': {
    status: 400,
    'zh-CN': '给“{point}”的测试值不是它可能有的值（量程 {min} 至 {max}）。请改一个值。',
    en: 'The test value for "{point}" is none that it can have (range {min} to {max}). State another.',
  },
  'proving-siren': {
    status: 409,
    'zh-CN': '不能用这个警号：须是您可以操作的警号或声光输出，现在读得到且没有响。请换一个，或不带警号测试。',
    en: 'This siren cannot be used: it must be a siren output that you may command, that is read, and silent now. Choose another, or test without one.',
  },
  'proof-unknown': {
    status: 422,
    'zh-CN': '这个码不是本站设备的码，也不是巡更点。请扫设备上的报修码或巡更点的码。',
    en: 'This is no code of equipment here, and no checkpoint. Scan the code on the equipment, or that of a checkpoint.',
  },
  'proof-elsewhere': {
    status: 422,
    'zh-CN': '这个码在{place}，不是工单 {no} 的地点。',
    en: 'This code stands at {place}, which is not where the order {no} is.',
  },
  'proof-no-place': {
    status: 422,
    'zh-CN': '工单 {no} 没有写设备或已知的位置，扫码不能证明到场。',
    en: 'The order {no} names no equipment and no known place, so no code can prove that you are there.',
  },
  'proof-no-value': {
    status: 422,
    'zh-CN': '测点 {point} 现在没有可信的值，不能对照。请改用扫码。',
    en: 'The point {point} has no value to be trusted now, so there is nothing to compare with. Scan a code instead.',
  },
  'proof-disagrees': {
    status: 422,
    'zh-CN': '您写的 {said} 与网关读到的不符。请再看一次现场显示。',
    en: 'What you wrote, {said}, is not what the gateway reads. Look at the display once more.',
  },
  'signature-missing': {
    status: 409,
    'zh-CN': '工单 {no} 还缺签字（{field}），不能关闭。',
    en: 'The order {no} cannot be closed unsigned. Missing: {field}.',
  },
  'sign-own': {
    status: 422,
    'zh-CN': '维修人员不能代别人确认。请本人手写签名，或由其他登录人员确认。',
    en: 'Who repaired it cannot confirm for somebody else. Let them sign by hand, or let another person who is signed in confirm it.',
  },
  'not-a-signature': {
    status: 422,
    'zh-CN': '签名应是 PNG 图片，不超过 100 KB。',
    en: 'A signature is a PNG picture of 100 kB at most.',
  },
  'part-short': {
    status: 409,
    'zh-CN': '{part}不够：库存 {there} {unit}，可用 {free} {unit}。',
    en: 'Not enough of {part}: {there} {unit} there, {free} {unit} of it not held for other orders.',
  },
  'part-too-many': { status: 422, 'zh-CN': '{part}的数量过大。', en: 'That is too many of {part}.' },
  'return-too-much': {
    status: 422,
    'zh-CN': '最多退 {left} {unit}。',
    en: 'At most {left} {unit} can go back.',
  },
  'help-ended': { status: 409, 'zh-CN': '求助 {no} 已结束。', en: 'The call for help {no} has ended already.' },
  'alarm-still-there': {
    status: 409,
    'zh-CN': '{no}的设备仍在报警，还不能确认修好；维修人员会继续处理。现在没好请选“没解决”。',
    en: 'The equipment of {no} still has its alarm, so it cannot be confirmed as fixed yet; the crew goes on. If it does not work, say "not solved".',
  },
  'body-charset': {
    status: 400,
    'zh-CN':
      '请求正文不是 {charset} 编码。请用 UTF-8 发送；用 GBK 时请写明 Content-Type: application/json; charset=gbk。',
    en: 'The body is not {charset}. Send UTF-8, or say Content-Type: application/json; charset=gbk when it is GBK.',
  },
  'body-deep': {
    status: 400,
    'zh-CN': '请求正文的括号嵌套超过 {most} 层，没有接口需要这么深。请检查生成它的程序。',
    en: 'In the body more than {most} brackets lie within each other, which nothing here asks for. Check the program that wrote it.',
  },
  'body-sign': {
    status: 400,
    'zh-CN': '“{where}”含有无法保存的字符（空字符，或不完整的表情、生僻字）。请重新输入这段文字。',
    en: 'A text holds a character that cannot be kept (a NUL, or half of an emoji or rare character): "{where}". Write it anew.',
  },
  'order-ended': {
    status: 409,
    'zh-CN': '工单 {no} 已结束，或就是这张工单。',
    en: 'The order {no} has ended, or it is this very order.',
  },
  'order-open-already': {
    status: 409,
    'zh-CN': '同一故障已有未关闭的工单 {no}，请在那张工单上处理。',
    en: 'The same trouble has an open order already: {no}. Go on there.',
  },
  'too-many': { status: 422, 'zh-CN': '最多 {most} 项。', en: 'There may be {most} at most.' },
  'not-a-document': {
    status: 422,
    'zh-CN': '不是 PDF、PNG 或 JPEG 文件。请另存为 PDF 再上传。',
    en: 'This is no PDF, PNG or JPEG. Save it as PDF, then send it.',
  },
  'documents-full': {
    status: 409,
    'zh-CN': '这台设备已有 {most} 份资料。请先移除不再需要的。',
    en: 'This equipment has {most} documents already. Remove what is not needed any more first.',
  },
  'not-a-photo': {
    status: 422,
    'zh-CN': '不是 JPEG、PNG 或 WebP 照片。',
    en: 'This is no photo: send JPEG, PNG or WebP.',
  },
  'visit-own': {
    status: 403,
    'zh-CN': '回访不能由处理人本人做。',
    en: 'Whoever did the repair cannot make the return visit.',
  },
  'visit-made': { status: 409, 'zh-CN': '已回访过。', en: 'The return visit was made already.' },
  'grant-self': {
    status: 403,
    'zh-CN': '不能给自己办证，也不能批准自己的证。请由别人办理。',
    en: 'Nobody issues a credential to himself, or approves his own. Somebody else has to do it.',
  },
  'approve-own': {
    status: 403,
    'zh-CN': '申请人不能批准自己办的证。请由另一人批准。',
    en: 'Whoever asked for it cannot approve it. Another person has to.',
  },
  'one-pass': {
    status: 409,
    'zh-CN': '一人一证：此人还有未交回的证 {no}。',
    en: 'One person one pass: {no} was not given back yet.',
  },
  'card-taken': {
    status: 409,
    'zh-CN': '这张卡（或号码）已在用：{no}。请先注销或退回。',
    en: 'This card or number is in use already: {no}. Revoke or return that first.',
  },
  'person-known': {
    status: 409,
    'zh-CN': '此证件号已登记：{no}。',
    en: 'The person with this ID number is known already: {no}.',
  },
  'works-closed': { status: 409, 'zh-CN': '施工现场 {no} 已关闭。', en: 'The works site {no} is closed.' },
  'company-blocked': {
    status: 409,
    'zh-CN': '单位“{name}”已停止办证。',
    en: 'The company "{name}" is blocked: it gets no more passes.',
  },
  'credential-not-so': {
    status: 409,
    'zh-CN': '此证现在的状态不能这样办理，可能别人已先处理。请看最新状态。',
    en: 'The credential is in a state in which this cannot be done; somebody may have been faster.',
  },
  'card-unreadable': {
    status: 422,
    'zh-CN': '读不懂这个号码（{why}）。请检查位数与校验位，或照卡面填写。',
    en: 'This number cannot be read ({why}). Check its length and parity, or type what is printed on the card.',
  },
  'refund-not-returned': {
    status: 409,
    'zh-CN': '{no} 没有押金，或证还没有交回：凭证和收据才能退押金。',
    en: '{no} has no deposit, or was not given back yet: the deposit is refunded against pass and receipt.',
  },
  'refund-receipt': {
    status: 422,
    'zh-CN': '收据号与 {no} 的押金收据不符。',
    en: 'This is not the number of the receipt for the deposit of {no}.',
  },
  'refund-made': { status: 409, 'zh-CN': '{no} 的押金已退。', en: 'The deposit of {no} was refunded already.' },
  'pass-list-unreadable': {
    status: 422,
    'zh-CN': '读不出名单。请存为 CSV（UTF-8 或 GBK）或不加密的 XLSX。',
    en: 'The list cannot be read. Save it as CSV (UTF-8 or GBK), or as XLSX without a password.',
  },
  'pass-list-long': {
    status: 422,
    'zh-CN': '名单超过 {most} 行，请分成几份。',
    en: 'The list has more than {most} rows: split it.',
  },
  'meter-list-unreadable': {
    status: 422,
    'zh-CN': '读不出列表。请存为 CSV（UTF-8 或 GBK）或不加密的 XLSX。',
    en: 'The list cannot be read. Save it as CSV (UTF-8 or GBK), or as XLSX without a password.',
  },
  'meter-list-long': {
    status: 422,
    'zh-CN': '列表超过 {most} 行，请分成几份。',
    en: 'The list has more than {most} rows: split it.',
  },
  'meter-not-there': {
    status: 409,
    'zh-CN': '计量点 {point} 当时没有装表。请先在表计台账中登记。',
    en: 'No meter is at {point} at that time. Enter it in the meter book first.',
  },
  'meter-elsewhere': {
    status: 409,
    'zh-CN': '表 {meter} 还装在 {point}。请先在那里办理换表。',
    en: 'Meter {meter} is still at {point}. Exchange it there first.',
  },
  'exception-decided': {
    status: 409,
    'zh-CN': '这条异常已有人处理，请看现在的状态。',
    en: 'Somebody has dealt with this exception already: look at its present state.',
  },
  'no-estimate': {
    status: 409,
    'zh-CN': '{point} 没有可用的历史用量，无法估读。请人工抄录或派人现场核表。',
    en: '{point} has no past use to estimate from. Enter an index that somebody has read, or send somebody.',
  },
  'multiplier-own': {
    status: 409,
    'zh-CN': '倍率变更须由另一人复核，不能复核自己提出的变更。',
    en: 'A new multiplier is approved by another person than the one who asked for it.',
  },
  'multiplier-decided': {
    status: 409,
    'zh-CN': '这项倍率变更已有人处理，请看现在的状态。',
    en: 'Somebody has decided on this multiplier already: look at its present state.',
  },
  'multiplier-issued': {
    status: 409,
    'zh-CN': '{period} 的计费批次已发出，已结算的期间不改。生效时间须不早于 {from}。',
    en: 'The batch of {period} is issued, and an issued period is not rewritten. Let it count from {from} or later.',
  },
  'exchange-index': {
    status: 422,
    'zh-CN': '缺表码，或表码超出表计位数：每个寄存器都要有止码和起码。',
    en: 'An index is missing or not on the register: each register needs its closing and its opening index.',
  },
  'exchange-time': {
    status: 422,
    'zh-CN': '时间须晚于上一次登记，且不在将来。',
    en: 'The time must be after the entry before it, and not ahead.',
  },
  'reading-decided': {
    status: 409,
    'zh-CN': '这条读数已有人判定，请看最新状态。',
    en: 'Somebody has decided on this reading already: look at its present state.',
  },
  'reading-lower': {
    status: 409,
    'zh-CN':
      '表码 {index} 小于上次的 {before}，且不是翻转：这样会把整个表码计入用量。请先登记换表（原表归零也在那里登记）。',
    en: 'The index {index} is below {before} before it, and the register has not turned over: all of its scale would be billed. Enter the exchange first; that the same meter began anew is entered there, too.',
  },
  'special-closed': {
    status: 409,
    'zh-CN': '这张抄表单已签字或已撤回，不能再改。有错请另开一张。',
    en: 'This form is signed or withdrawn and no longer changes. If it is wrong, make another one.',
  },
  'special-changed': {
    status: 409,
    'zh-CN': '抄表单或表计台账在您查看之后有变动。请重新核对后再签字；若其间换过表，请撤回后另开一张。',
    en: 'The form or the meter book has changed since you looked. Look again before you sign; if a meter was exchanged, withdraw the form and make another one.',
  },
  'special-lacks': {
    status: 422,
    'zh-CN': '还有 {n} 行缺表码或照片。请补齐，或写明未抄、无照片的原因。',
    en: '{n} {n, line still lacks|lines still lack} an index or a photo. Fill them in, or say why there is none.',
  },
  'special-ahead': {
    status: 422,
    'zh-CN': '抄表时刻在将来。请改为现在或更早。',
    en: 'The moment of the readings is to come. Set it to now or before.',
  },
  'topup-cancelled': {
    status: 409,
    'zh-CN': '这笔充值记录已冲销，或本身就是冲销。',
    en: 'This top-up was taken back already, or is itself what takes one back.',
  },
  'walk-list-unreadable': {
    status: 422,
    'zh-CN': '文件读不出来：请用 CSV（UTF-8 或 GBK）或 XLSX，且未加密。',
    en: 'The file cannot be read: use CSV (UTF-8 or GBK) or XLSX, without a password.',
  },
  'reading-no-index': {
    status: 422,
    'zh-CN': '这里没有可确认的表码。请填写表码，或作废。',
    en: 'There is no index to accept. Enter one, or reject the reading.',
  },
  'reading-index': {
    status: 422,
    'zh-CN': '表码“{index}”不在表计位数之内（{digits} 位整数，{decimals} 位小数）。',
    en: 'The index "{index}" is not on this register ({digits} digits, {decimals} decimals).',
  },
  'batch-exists': {
    status: 409,
    'zh-CN': '该账期和范围已有批次 {batch}；要改动请对已签发的批次作更正。',
    en: 'There is a batch of this period and group already: {batch}. To change it, correct the one that was issued.',
  },
  'batch-too-early': {
    status: 422,
    'zh-CN': '账期 {period} 还没有结束。',
    en: 'The period {period} is not over yet.',
  },
  'batch-no-such-move': {
    status: 409,
    'zh-CN': '批次的状态不允许这一步，可能别人已先处理。请看最新状态。',
    en: 'The batch has no such move in its present state; somebody may have been faster. Look at its present state.',
  },
  'batch-nothing-new': {
    status: 409,
    'zh-CN': '读数与已签发的批次相同，没有可更正的内容。请先改正读数。',
    en: 'The readings are as they were issued: there is nothing to correct. Put the readings right first.',
  },
  'batch-own': {
    status: 403,
    'zh-CN': '编制人不能批准自己的批次，须另一人批准。',
    en: 'Who prepared a batch does not approve it: somebody else has to.',
  },
  'batch-changed': {
    status: 409,
    'zh-CN': '读数在您查看之后有变化。请再看一遍再批准。',
    en: 'The readings have changed since you looked. Look again, then approve.',
  },
  'batch-open': {
    status: 409,
    'zh-CN': '还有 {n} 个计量点不能计费。请逐个判定读数，或具名写明不计费的原因。',
    en: '{n} {n, point|points} cannot be billed yet. Decide on {n, its readings, or leave it|their readings, or leave each} out by name with a reason.',
  },
  'batch-draft': {
    status: 409,
    'zh-CN': '批次还没有签发，没有文件。',
    en: 'The batch is not issued yet: it has no file.',
  },
  'batch-no-place': {
    status: 409,
    'zh-CN': '没有为这个范围设置送达地点。请在 site.json 的 billing.deliveries 中添加。',
    en: 'No place is set up that batches of this group go to. Add one under billing.deliveries in site.json.',
  },
  'batch-answer-unread': {
    status: 422,
    'zh-CN': '文件中找不到“行号”和“用量”两列。请用本批次的 CSV 或 XLSX，保留表头。',
    en: 'The file has no columns "Line" and "Consumption". Use the CSV or XLSX of this batch with its header row.',
  },
  'parking-lease': {
    status: 422,
    'zh-CN': '停车卡须有车位租用协议，其他卡没有。',
    en: 'A parking card needs the lease of a bay; other cards have none.',
  },
  'gate-nobody': {
    status: 404,
    'zh-CN': '没有叫“{words}”的持证人或预约访客。',
    en: 'Nobody called "{words}" has a pass or is expected.',
  },
  'visit-not-so': {
    status: 409,
    'zh-CN': '此来访现在不能这样办理。请看它的状态。',
    en: 'This cannot be done with the visit now. See its state.',
  },
  'visit-approved-by-you': {
    status: 409,
    'zh-CN': '您已批准过，还须另一人批准。',
    en: 'You have approved it already; somebody else has to as well.',
  },
  'visit-not-today': {
    status: 409,
    'zh-CN': '不在约定的来访时间内。',
    en: 'This is not the time for which the visit was agreed.',
  },
  'visit-escort': {
    status: 409,
    'zh-CN': '进入此房间须有人陪同：请写明陪同人。',
    en: 'This room is entered only with an escort: say who goes along.',
  },
  'duplicate-not-so': {
    status: 409,
    'zh-CN': '{no} 的副本不在那里，或此证已不能进场。',
    en: 'The duplicate of {no} is not there, or the pass is no longer good for going in.',
  },
  'id-unreadable': {
    status: 500,
    'zh-CN': '证件号无法解密：密钥文件可能换过。请从备份恢复 secrets/access.key。',
    en: 'The ID number cannot be decrypted: the key may have been replaced. Restore secrets/access.key from a backup.',
  },
  'mode-too-long': {
    status: 422,
    'zh-CN': '这种状态最多 {most} 分钟，到时自动结束。',
    en: 'This mode lasts {most} min at most, and ends by itself.',
  },
  'mode-fire': {
    status: 409,
    'zh-CN': '消防联动正在释放这扇门，不能锁闭。',
    en: 'Fire has released this door: nobody can shut it.',
  },
  'controller-away': {
    status: 409,
    'zh-CN': '控制器现在失联，命令送不到。请先恢复它的网络。',
    en: 'The controller is not heard now, so no order gets there. Bring back its network first.',
  },
  'reader-installing': {
    status: 409,
    'zh-CN': '安装模式已经打开，到时自动关闭。',
    en: 'Install mode is open already, and ends by itself.',
  },
  'reader-not-secure': {
    status: 409,
    'zh-CN': '只有在安全通道内才能更换密钥。请先打开安装模式，给读卡器写入专用密钥。',
    en: 'A key is changed inside the secure channel only. Open install mode first, so that the reader gets a key of its own.',
  },
  'reader-as-known': {
    status: 409,
    'zh-CN': '这台读卡器与登记时一致，没有需要接受的变化。',
    en: 'The reader is as it was set up: there is nothing to accept.',
  },
  'mode-level': {
    status: 422,
    'zh-CN': '封锁须写明多少级以上可进；其他状态没有级别。',
    en: 'A lockdown says from what level on people come in; other modes have no level.',
  },
  'needs-reason': { status: 422, 'zh-CN': '此操作须写明原因。', en: 'This move needs a reason.' },
  'alarm-not-so': {
    status: 409,
    'zh-CN': '报警现在的状态（{state}）不能做此操作，可能别人已先处理。请看最新状态。',
    en: 'The alarm is in a state ({state}) in which this cannot be done; somebody may have been faster. Look at its present state.',
  },
  'alarm-life': {
    status: 409,
    'zh-CN': '危及人身的报警不能搁置。',
    en: 'An alarm that says people are in danger is not shelved.',
  },
  'alarm-retired': {
    status: 409,
    'zh-CN': '此报警的规则或测点已不在配置中，只能确认。',
    en: 'The rule or point of this alarm is no longer in the site: it can only be acknowledged.',
  },
  'shelve-too-long': {
    status: 403,
    'zh-CN': '您的角色最多可搁置 {hours} 小时（一个班）。',
    en: 'Your role may shelve for {hours} h at most, one shift.',
  },
  'rule-not-own': {
    status: 409,
    'zh-CN': '“{rule}”不是配置中自己的规则（来自规则包或网关），不能在此修改。',
    en: 'The rule "{rule}" is not one of the site itself (a pack\'s or the gateway\'s) and cannot be changed here.',
  },
  'rule-invalid': {
    status: 422,
    'zh-CN': '规则有 {count} 处问题：{first}',
    en: 'The rule has {count} {count, problem|problems}: {first}',
  },
  'rule-is-packs': {
    status: 409,
    'zh-CN': '“{rule}”来自规则包，不能删除；可以停用它。',
    en: 'The rule "{rule}" belongs to a pack and cannot be removed. Switch it off.',
  },
  'dry-run-busy': {
    status: 409,
    'zh-CN': '已有一次试算在进行，请等它结束（最多 20 秒）。',
    en: 'Another dry run is under way. Wait until it has ended, 20 s at most.',
  },
  'nothing-to-undo': {
    status: 409,
    'zh-CN': '规则“{rule}”没有可撤销的修改，或之后又被改过。',
    en: 'The rule "{rule}" has no change to take back, or was changed since.',
  },
  'already-exists': {
    status: 409,
    'zh-CN': '“{name}”已存在，请换一个名称。',
    en: '"{name}" exists already. Take another name.',
  },
  'pairing-unknown': {
    status: 404,
    'zh-CN': '没有屏幕在显示这个配对码。请核对屏幕上现在的码（十分钟有效，只能用一次）。',
    en: 'No screen shows this code. Compare it with what the screen shows now: a code is good for ten minutes, and once.',
  },
  'pairing-over': {
    status: 410,
    'zh-CN': '这个配对码已过期或已用过。屏幕会显示新的码。',
    en: 'This code has run out or was used. The screen shows another one.',
  },
  'oidc-away': {
    status: 503,
    'zh-CN':
      '身份提供方现在连不上（{why}）。请用本机账号登录，或稍后再试；管理员请检查网络、证书和 GATEHOUSE_OUTGOING。',
    en: 'The identity provider cannot be reached now ({why}). Sign in with an account of this gateway, or try again later; an administrator checks the network, the certificate and GATEHOUSE_OUTGOING.',
  },
  'oidc-again': {
    status: 410,
    'zh-CN': '这次登录已过期或不是从这个浏览器开始的。请重新开始。',
    en: 'This sign-in has run out, or did not begin in this browser. Begin again.',
  },
  'oidc-not-proved': {
    status: 401,
    'zh-CN': '身份提供方没有证明您的身份（{why}）。请重试；若仍不行，请管理员核对客户端编号和密钥。',
    en: 'The identity provider did not prove who you are ({why}). Try again; if it stays so, an administrator checks client id and secret.',
  },
  'oidc-clock': {
    status: 503,
    'zh-CN': '网关与身份提供方的时钟不一致。请用本机账号登录，并请管理员校时。',
    en: 'The clocks of the gateway and of the identity provider differ. Sign in with an account of this gateway, and have the clock set.',
  },
  'oidc-no-role': {
    status: 403,
    'zh-CN': '您不在任何可以登录的组里。请管理员把您加入相应的组。',
    en: 'You are in no group that may sign in. Ask an administrator to put you into one.',
  },
  'oidc-domain': {
    status: 403,
    'zh-CN': '您的邮箱不属于本站点允许的域，或尚未验证。',
    en: 'Your e-mail address is not of the domain that may sign in here, or is not verified.',
  },
  'oidc-account-off': {
    status: 403,
    'zh-CN': '您的账号已被管理员停用。',
    en: 'Your account was disabled by an administrator.',
  },
  'last-admin': {
    status: 409,
    'zh-CN': '这是最后一个可用的管理员，不能停用或降级。',
    en: 'This is the last admin who can sign in; it can be neither disabled nor made less.',
  },
  'key-reused': {
    status: 422,
    'zh-CN': '同一个 Idempotency-Key 已用于另一个请求。',
    en: 'This Idempotency-Key was used for a different request.',
  },
  'command-none': {
    status: 404,
    'zh-CN': '测点 {point} 不能控制：配置中没有 command，或现在没有运行的项目。',
    en: 'The point {point} takes no commands: its configuration has no command, or no site runs.',
  },
  'command-role': {
    status: 403,
    'zh-CN': '您的角色（{role}）不能控制 {point}。',
    en: 'Your role ({role}) may not command {point}.',
  },
  'command-busy': {
    status: 409,
    'zh-CN': '{by} 的命令还在进行，请等它结束再看现状。',
    en: 'A command by {by} is still under way. Wait for its end, then look again.',
  },
  'command-kind': { status: 422, 'zh-CN': '此测点的值须是 {kind}。', en: 'The value of this point must be a {kind}.' },
  'command-values': {
    status: 422,
    'zh-CN': '只允许这些值：{values}。',
    en: 'Only these values are allowed: {values}.',
  },
  'command-range': {
    status: 422,
    'zh-CN': '值须在 {min} 到 {max} 之间。',
    en: 'The value must be from {min} to {max}.',
  },
  'command-step': { status: 422, 'zh-CN': '值须按 {step} 的步长。', en: 'The value must be in steps of {step}.' },
  'command-not-awaiting': {
    status: 409,
    'zh-CN': '此命令不在等待第二人：别人可能已先处理。',
    en: 'This command does not wait for a second person: somebody may have been faster.',
  },
  'command-same-person': {
    status: 403,
    'zh-CN': '须由另一个人同意，不能是发出命令的人。',
    en: 'Another person must agree, not the one who asked.',
  },
  'detection-busy': {
    status: 409,
    'zh-CN': '正在查找另一条线，请等它结束或取消它。',
    en: 'Another line is being searched. Wait for its end, or cancel it.',
  },
  'detection-protocol': {
    status: 422,
    'zh-CN': '协议 {protocol} 没有站号可查找。',
    en: 'The protocol {protocol} has no units to search for.',
  },
  'runbook-unwritten': {
    status: 409,
    'zh-CN': '“{name}”还没有步骤。{why}',
    en: '"{name}" has no steps yet. {why}',
  },
  'run-ended': { status: 409, 'zh-CN': '处置 {no} 已结束。', en: 'The run {no} has ended.' },
  'run-open': {
    status: 409,
    'zh-CN': '处置 {no} 还没有结束，结束后才能签署报告。',
    en: 'The run {no} has not ended; its report is signed after that.',
  },
  'run-not-done': {
    status: 409,
    'zh-CN': '处置 {no} 还不能结束，未完成：{what}。',
    en: 'The run {no} cannot end yet. Not done: {what}.',
  },
  'report-signed': {
    status: 409,
    'zh-CN': '{no} 的报告已由 {by} 签署，不能再改。',
    en: 'The report of {no} was signed by {by} and cannot be changed.',
  },
  'step-unknown': {
    status: 404,
    'zh-CN': '没有这一步，或它现在不适用。',
    en: 'There is no such step, or it does not apply now.',
  },
  'step-done': {
    status: 409,
    'zh-CN': '这一步已有人完成，请看最新状态。',
    en: 'Somebody has done this step already: look at its present state.',
  },
  'step-held-back': { status: 409, 'zh-CN': '须先完成：{what}。', en: 'First comes: {what}.' },
  'step-proof': { status: 422, 'zh-CN': '还缺：{what}。', en: 'Still needed: {what}.' },
  'step-must': {
    status: 409,
    'zh-CN': '这一步关系到人身安全，不能略过。',
    en: 'This step protects people and cannot be left out.',
  },
  'site-changed': {
    status: 409,
    'zh-CN': 'site.json 在您打开后已被改动。请重新载入再保存。',
    en: 'site.json was changed since you opened it. Load it again before saving.',
  },
  'site-why': {
    status: 422,
    'zh-CN': '涉及报警、限值或控制的改动有 {count} 处（{what}），请写明原因再保存。',
    en: '{count} of the changes touch alarms, limits or commands ({what}): say why, then save.',
  },
  'site-base-gone': {
    status: 409,
    'zh-CN': '您开始修改时的版本已不再保留，无法自动合并。请复制您的修改，重新载入后再改。',
    en: 'The version that you began from is no longer kept, so nothing can be laid over it. Copy what you changed, load again, and change it there.',
  },
  'undo-done': {
    status: 409,
    'zh-CN': '第 {n} 版已由第 {by} 版撤销。',
    en: 'Version {n} was taken back by version {by} already.',
  },
  'undo-nothing': {
    status: 409,
    'zh-CN': '第 {n} 版没有可撤销的改动。',
    en: 'Version {n} changed nothing that could be taken back.',
  },
  'undo-blocked': {
    status: 409,
    'zh-CN': '第 {n} 版不能撤销：同一处后来又改过（{what}）。请先撤销较新的版本，或直接修改现值。',
    en: 'Version {n} cannot be taken back: the same was changed again later ({what}). Take the newer version back first, or change the present value.',
  },
  'undo-needed': {
    status: 409,
    'zh-CN': '第 {n} 版不能撤销：后来的配置用到它，撤销后会有 {count} 处错误。请先改掉下列各处。',
    en: 'Version {n} cannot be taken back: what came later needs it, and {count} errors would be left. Change the following first.',
  },
  'site-invalid': {
    status: 422,
    'zh-CN': '配置有 {count} 处问题，未保存。',
    en: 'The site has {count} {count, problem|problems} and was not saved.',
  },
  'channel-cannot': {
    status: 409,
    'zh-CN': '通道“{channel}”（{protocol}）没有这项功能：{what}。',
    en: 'The channel "{channel}" ({protocol}) has no such thing: {what}.',
  },
  'channel-unreachable': {
    status: 503,
    'zh-CN': '通道“{channel}”现在没有连接（{why}）。请查看“设置 › 通道”中的原因。',
    en: 'The channel "{channel}" has no connection now ({why}). Settings › Channels shows why.',
  },
  'node-refused': {
    status: 422,
    'zh-CN': '服务器不能列出节点 {node}：{status}。',
    en: 'The server does not list the node {node}: {status}.',
  },
  'no-registers': {
    status: 422,
    'zh-CN': '通道“{channel}”（{protocol}）没有寄存器，只有 Modbus 通道有。',
    en: 'The channel "{channel}" ({protocol}) has no registers; only Modbus channels have.',
  },
  'past-last-register': {
    status: 422,
    'zh-CN': '从 {address} 起读 {count} 个超出 65535。',
    en: '{count} from {address} on go past 65535.',
  },
  'too-many-registers': {
    status: 422,
    'zh-CN': '一次最多读 {most} 个寄存器，您要读 {count} 个。',
    en: 'At most {most} registers are read at a time, not {count}.',
  },
  'model-protocol': {
    status: 422,
    'zh-CN': '型号“{profile}”不能用协议 {protocol} 读取。请选别的型号或线路。',
    en: 'The model "{profile}" cannot be read by {protocol}. Choose another model or line.',
  },
  'preview-of-nothing': {
    status: 422,
    'zh-CN': '没有可预览的内容：请选一个型号，或至少给一个点位。',
    en: 'There is nothing to preview: choose a model, or give a point at least.',
  },
  'profile-invalid': {
    status: 422,
    'zh-CN': '型号有 {count} 处问题，没有保存。请按列出的问题改正。',
    en: 'The model has {count} {count, problem|problems} and was not saved. Mend what is listed.',
  },
  'profile-taken': {
    status: 409,
    'zh-CN': '型号名“{id}”已被 {other} 使用，请换一个。',
    en: 'The name of the model "{id}" is taken by {other}. Choose another.',
  },
  'zero-proves-nothing': {
    status: 422,
    'zh-CN': '0 与每个空寄存器都相符，不能说明什么。请等显示不为 0 时再试。',
    en: '0 fits every empty register and proves nothing. Try again when the display shows something else.',
  },
  'plan-missing': {
    status: 404,
    'zh-CN': '平面图“{plan}”不能显示：{why}',
    en: 'The plan "{plan}" cannot be shown: {why}',
  },
  'plan-refused': {
    status: 422,
    'zh-CN': '平面图“{plan}”不能显示：{why}',
    en: 'The plan "{plan}" cannot be shown: {why}',
  },
  'plan-file-refused': {
    status: 422,
    'zh-CN': '图纸没有收下：{why}',
    en: 'The drawing was not taken: {why}',
  },
  'plan-files-full': {
    status: 422,
    'zh-CN': '图纸没有收下：数据目录的 plans 文件夹已满 300 MB。请删去其中不再使用的旧图纸后再上传。',
    en: 'The drawing was not taken: the folder plans of the data folder is full at 300 MB. Delete old drawings in it that are no longer used, then upload again.',
  },
  'import-invalid': {
    status: 422,
    'zh-CN': '表中有 {count} 处问题，什么都没有改。',
    en: 'The table has {count} {count, problem|problems}; nothing was changed.',
  },
  'history-too-much': {
    status: 422,
    'zh-CN': '一次最多 {most} 行。请缩短时间、减少点或加大步长（step）。',
    en: 'At most {most} rows at once. Ask for a shorter time, fewer points or a larger step.',
  },
  'history-unavailable': {
    status: 503,
    'zh-CN': '历史库现在打不开，原因见日志。其他功能照常。',
    en: 'The history cannot be read now; the log says why. Everything else works.',
  },
  'backup-damaged': {
    status: 422,
    'zh-CN': '这份备份已损坏或被改动，没有采用其中任何内容（{why}）。请换一份备份。',
    en: 'This backup is damaged or was changed; nothing of it was taken ({why}). Use another one.',
  },
  'backup-newer': {
    status: 422,
    'zh-CN': '这份备份来自更新的版本 {version}（{what} 为 {theirs}，本机只认到 {ours}）。请先升级门房，再恢复。',
    en: 'This backup is of a newer version, {version} ({what} is {theirs}, this one knows {ours}). Upgrade Gatehouse first, then restore.',
  },
  'backup-passphrase': {
    status: 422,
    'zh-CN': '备份口令不对，或加密部分已被改动。没有改动任何内容。',
    en: 'The passphrase is wrong, or what it protects was changed. Nothing was changed here.',
  },
  'backup-needs-passphrase': {
    status: 422,
    'zh-CN': '这份备份带有加密的密钥和密码。请给出备份口令，或加 --without-secrets 只恢复其余内容。',
    en: 'This backup holds secrets. Give its passphrase, or --without-secrets to restore the rest only.',
  },
  'backup-no-secrets': {
    status: 422,
    'zh-CN': '给出了口令，但这份备份没有用口令做过：它不带密钥，或加密部分被人去掉了。确认无误后，不带口令再恢复。',
    en: 'A passphrase was given, but this backup was made without one, or its protected part was taken out. If that is as it should be, restore without a passphrase.',
  },
  'backup-exists': {
    status: 409,
    'zh-CN': '{file} 已经存在，不会覆盖。请换一个文件名。',
    en: '{file} is there already and is not overwritten. Give another name.',
  },
  'backup-no-room': {
    status: 507,
    'zh-CN': '{folder} 空间不足：备份需要约 {need} MB，可用 {free} MB。没有写入任何内容。',
    en: 'Not enough room in {folder}: the backup needs about {need} MB, {free} MB are free. Nothing was written.',
  },
  'backup-no-data': {
    status: 422,
    'zh-CN': '{folder} 里没有门房的数据（缺 records.db）。请用 --data 或 GATEHOUSE_DATA 指定数据目录。',
    en: 'There is no data of Gatehouse in {folder} (no records.db). Set --data or GATEHOUSE_DATA to the data folder.',
  },
  'backup-folder': {
    status: 422,
    'zh-CN': '备份目录 {folder} 用不了：{why}。请先建好目录并给门房写权限。',
    en: 'The folder {folder} cannot be used: {why}. Make it first, and give Gatehouse the right to write there.',
  },
  'backup-busy': {
    status: 409,
    'zh-CN': '正在备份，请等它结束。',
    en: 'A backup is being made. Wait until it has ended.',
  },
  'backup-changing': {
    status: 503,
    'zh-CN': '备份时 {file} 一直在变，没有备份成。请稍后再试。',
    en: '{file} kept changing while it was copied, so no backup was made. Try again later.',
  },
  'cannot-write': {
    status: 507,
    'zh-CN': '无法写入磁盘（{why}），此操作没有生效。请检查磁盘空间与权限。',
    en: 'The disk could not be written ({why}); nothing was changed. Check its space and permissions.',
  },
  'memory-short': {
    status: 503,
    'zh-CN':
      '网关内存将尽，费内存的查询、报表、导出和备份暂停；采集、报警、门禁和记录照常。请 {seconds} 秒后再试；若总是如此，请给机器加内存或调高服务的内存上限。',
    en: 'The gateway is nearly out of memory: large queries, reports, exports and backups wait; reading, alarms, doors and records go on. Try again in {seconds} s. If it stays so, give the machine more memory or raise the limit of the service.',
  },
  internal: {
    status: 500,
    'zh-CN': '网关内部出错，已写入日志（编号 {id}）。',
    en: 'Something went wrong in the gateway; it is in the log under {id}.',
  },
} as const satisfies Record<string, Text & { readonly status: number }>

export type ErrorCode = keyof typeof errors
export type Params = Readonly<Record<string, string | number | Text>>

/** An error with a code of the table. Thrown by whoever finds it, answered in one place (http/problem.ts). */
export class GatehouseError extends Error {
  readonly code: ErrorCode
  readonly params: Params
  /** Further members of the answer, such as the list of problems. */
  readonly extra: object | undefined
  constructor(code: ErrorCode, params: Params = {}, extra?: object) {
    super(fill(errors[code].en, params))
    this.code = code
    this.params = params
    this.extra = extra
  }
}

export const fail = (code: ErrorCode, params?: Params, extra?: object): never => {
  throw new GatehouseError(code, params, extra)
}

/**
 * Puts the params into a template; one that is itself a text, in the language of the template. Beside a count
 * `{days, day|days}` is the word in the form that the count asks for.
 */
export const fill = (template: string, params: Params = {}, language: Language = 'en'): string =>
  template.replace(/\{(\w+)(?:, ([^{}|]+\|[^{}|]+))?\}/g, (whole, name: string, words?: string) => {
    const value = params[name] ?? whole
    const said = typeof value === 'object' ? value[language] : String(value)
    return words === undefined ? said : words.split('|')[said === '1' ? 0 : 1]!
  })

export type Language = keyof Text

/** The first of ours that an Accept-Language header asks for; English when it asks for none. */
export const languageOf = (header: string | undefined): Language =>
  (header ?? '')
    .split(',')
    .map(part => part.trim().toLowerCase())
    .find(part => part.startsWith('zh') || part.startsWith('en'))
    ?.startsWith('zh')
    ? 'zh-CN'
    : 'en'
