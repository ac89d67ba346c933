CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES ('epoch', '57613989-c49f-4793-9dd9-3577737586c2');
CREATE TABLE trail (
    seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL, data TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO "trail" VALUES (1, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'0000000000000000000000000000000000000000000000000000000000000000', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea');
INSERT INTO "trail" VALUES (2, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596');
INSERT INTO "trail" VALUES (3, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596', x'cd086f6700f4e69a8ca2a1a0921e30e653ecf35d5f27c9de2ced8e6e9e81d54e');
INSERT INTO "trail" VALUES (4, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'cd086f6700f4e69a8ca2a1a0921e30e653ecf35d5f27c9de2ced8e6e9e81d54e', x'd69005a44b3e25dbd6740fff1213f7b5ca86c3f17b1b1de5c094105f2dda9f35');
INSERT INTO "trail" VALUES (5, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'd69005a44b3e25dbd6740fff1213f7b5ca86c3f17b1b1de5c094105f2dda9f35', x'7de097837f5ed8b87379588630c2bbbc30a23eb50ef3afe1454f5d9d5e650688');
INSERT INTO "trail" VALUES (6, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7de097837f5ed8b87379588630c2bbbc30a23eb50ef3afe1454f5d9d5e650688', x'375cb427ca20159bf40d634c26a770d74df9c9482bfe1f6e982ab42f1c3a0c64');
INSERT INTO "trail" VALUES (7, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'375cb427ca20159bf40d634c26a770d74df9c9482bfe1f6e982ab42f1c3a0c64', x'e7c05713ec6608429cd8e8a78791a94f9b1fd0b8ec1cceb1eaa3c13220478a64');
INSERT INTO "trail" VALUES (8, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'e7c05713ec6608429cd8e8a78791a94f9b1fd0b8ec1cceb1eaa3c13220478a64', x'681abacd80eb6e9f03b6e07590695e61b60d670c3ee9e581a4e19adba51e1828');
INSERT INTO "trail" VALUES (9, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'681abacd80eb6e9f03b6e07590695e61b60d670c3ee9e581a4e19adba51e1828', x'6c1cd18b64bc21ef9ac05d7299a293632205235ab92b32cd492f2a5c730daeb4');
INSERT INTO "trail" VALUES (10, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'6c1cd18b64bc21ef9ac05d7299a293632205235ab92b32cd492f2a5c730daeb4', x'3a5b182d0b5fbb13ce4e5300f3e4f44102528bf06de90daaa26e7ddeb844ba6d');
INSERT INTO "trail" VALUES (11, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'3a5b182d0b5fbb13ce4e5300f3e4f44102528bf06de90daaa26e7ddeb844ba6d', x'e7d3d5ef8b8d27395e1bd2fdc56d6571785da9fa1615ee00a6817c1724982597');
INSERT INTO "trail" VALUES (12, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e7d3d5ef8b8d27395e1bd2fdc56d6571785da9fa1615ee00a6817c1724982597', x'a31be7a19dbd5c94c65a0014a81d724a1c62351babefe47a7efa6e83302c4306');
INSERT INTO "trail" VALUES (13, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'a31be7a19dbd5c94c65a0014a81d724a1c62351babefe47a7efa6e83302c4306', x'a79d3c6f661a187ca073fc67ebed5c9e79f9f9564e568c40e83eef529ac2f4d7');
INSERT INTO "trail" VALUES (14, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'a79d3c6f661a187ca073fc67ebed5c9e79f9f9564e568c40e83eef529ac2f4d7', x'965fa2ab16cd58fa5c125e84ca76b3681e8791697af122621b354b1493120559');
INSERT INTO "trail" VALUES (15, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'965fa2ab16cd58fa5c125e84ca76b3681e8791697af122621b354b1493120559', x'77c65a09d4f560ee69856e81886dc2e85373aadecf27f005400ff9dd214075d3');
INSERT INTO "trail" VALUES (16, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'77c65a09d4f560ee69856e81886dc2e85373aadecf27f005400ff9dd214075d3', x'2ab1f6b6ac9ab40425046725818d90a535701c158fd4eaa8d4611eb3831b98b9');
INSERT INTO "trail" VALUES (17, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'2ab1f6b6ac9ab40425046725818d90a535701c158fd4eaa8d4611eb3831b98b9', x'a2ac3185f630eb2d712cd6d87aef610ab278be773be4b1f8078160ead354332d');
INSERT INTO "trail" VALUES (18, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'a2ac3185f630eb2d712cd6d87aef610ab278be773be4b1f8078160ead354332d', x'f1d82ef6cdece7f53caafeed45a7723a24588e70d8bf9fd52d08ef7578d177ef');
INSERT INTO "trail" VALUES (19, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f1d82ef6cdece7f53caafeed45a7723a24588e70d8bf9fd52d08ef7578d177ef', x'b16fe90f39c5e8bc0769418a4fd07fee80bde499f576c3e389c303d89a0b05c1');
INSERT INTO "trail" VALUES (20, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'b16fe90f39c5e8bc0769418a4fd07fee80bde499f576c3e389c303d89a0b05c1', x'3927a4409aeea315eaed5bf18320aaa05f46301a1e3a1d3dcfcb36ecb7028174');
INSERT INTO "trail" VALUES (21, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'3927a4409aeea315eaed5bf18320aaa05f46301a1e3a1d3dcfcb36ecb7028174', x'1f5659cdc433595722eb10f8d4b279a348bbe96246b7878d06ab05cabc66e3cb');
INSERT INTO "trail" VALUES (22, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'1f5659cdc433595722eb10f8d4b279a348bbe96246b7878d06ab05cabc66e3cb', x'33be887cfe206fb15f2e475d933ea74acf62707dd0deb59f257c76ac83b21fa4');
INSERT INTO "trail" VALUES (23, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'33be887cfe206fb15f2e475d933ea74acf62707dd0deb59f257c76ac83b21fa4', x'34ef29e46a367b7e55c1d86734fddca05315371084cbe957b0eaace7a2eddd9b');
INSERT INTO "trail" VALUES (24, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'34ef29e46a367b7e55c1d86734fddca05315371084cbe957b0eaace7a2eddd9b', x'f66ad454b98f7fba88444aaf02f5ab1153c717ee7588cfa8a928e6c478033a2b');
INSERT INTO "trail" VALUES (25, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f66ad454b98f7fba88444aaf02f5ab1153c717ee7588cfa8a928e6c478033a2b', x'94b05ca0bc497d26e1bce2c0452778b92473544d508ff0e3a4f9a4eb942a3c01');
INSERT INTO "trail" VALUES (26, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'94b05ca0bc497d26e1bce2c0452778b92473544d508ff0e3a4f9a4eb942a3c01', x'ec2e201214f5807b8699268d2686ae44312562e689105a1de79cfecd411ae0d7');
INSERT INTO "trail" VALUES (27, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'ec2e201214f5807b8699268d2686ae44312562e689105a1de79cfecd411ae0d7', x'24884dff52286fce4ca0d3be8c8e1bc9527b6bf2c3fedce675787236eae0a2da');
INSERT INTO "trail" VALUES (28, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'24884dff52286fce4ca0d3be8c8e1bc9527b6bf2c3fedce675787236eae0a2da', x'f6c104665a46f092e948c0f863fee8e54c36b0a24802a8552d09814db52dceaf');
INSERT INTO "trail" VALUES (29, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'f6c104665a46f092e948c0f863fee8e54c36b0a24802a8552d09814db52dceaf', x'1eac474e43a3d6d4e663acc202af6bc2a879c02dbb762ffe6c12be45af6d81d5');
INSERT INTO "trail" VALUES (30, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'1eac474e43a3d6d4e663acc202af6bc2a879c02dbb762ffe6c12be45af6d81d5', x'586445977f312d02063ce617bd77256db24ac02ec0b1d0eb432bd5664151e52c');
INSERT INTO "trail" VALUES (31, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'586445977f312d02063ce617bd77256db24ac02ec0b1d0eb432bd5664151e52c', x'271b05436fe72f3ead8914d8a819198b90e15c4c69c8f9564f8cc46a3b9ea3b9');
INSERT INTO "trail" VALUES (32, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'271b05436fe72f3ead8914d8a819198b90e15c4c69c8f9564f8cc46a3b9ea3b9', x'2d8d656d072ea962eee9b1cdc3e97121ffe997b5d952a612c4964a988bcb4803');
INSERT INTO "trail" VALUES (33, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'2d8d656d072ea962eee9b1cdc3e97121ffe997b5d952a612c4964a988bcb4803', x'95b8e08a64ef637b26014e57195861b4eef635bd82dbab848a80860efbb3cccc');
INSERT INTO "trail" VALUES (34, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'95b8e08a64ef637b26014e57195861b4eef635bd82dbab848a80860efbb3cccc', x'87129ef96d5a9a4208f152cf461e6a4a094c37fe874ff87d050753e3b828252b');
INSERT INTO "trail" VALUES (35, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'87129ef96d5a9a4208f152cf461e6a4a094c37fe874ff87d050753e3b828252b', x'6a0f685443c7a32b66c0e2d5bcf62700171f915324f2237dc9406d71cd84a8cd');
INSERT INTO "trail" VALUES (36, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'6a0f685443c7a32b66c0e2d5bcf62700171f915324f2237dc9406d71cd84a8cd', x'f243e0eb9e2e30e45a110f50d7f21802785c72c92d84c209832477247eb87749');
INSERT INTO "trail" VALUES (37, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f243e0eb9e2e30e45a110f50d7f21802785c72c92d84c209832477247eb87749', x'0fbfb544d11f24a466980343397ec884c332e493dc1042b13ee2a507cecd9a49');
INSERT INTO "trail" VALUES (38, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'0fbfb544d11f24a466980343397ec884c332e493dc1042b13ee2a507cecd9a49', x'abcfe2d149875c77a9373c687ff3d5ce8fb2dfa0afdf31b67a799054f87502c3');
INSERT INTO "trail" VALUES (39, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'abcfe2d149875c77a9373c687ff3d5ce8fb2dfa0afdf31b67a799054f87502c3', x'18a705d24dbb412bf2239262d64af0ba211ac5a135faf4eb8ab93b56015ef443');
INSERT INTO "trail" VALUES (40, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'18a705d24dbb412bf2239262d64af0ba211ac5a135faf4eb8ab93b56015ef443', x'd150c79564b08c19f7882af993a9ea97666b0e3d7076d43fa565bb3cab7f3da8');
INSERT INTO "trail" VALUES (41, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'd150c79564b08c19f7882af993a9ea97666b0e3d7076d43fa565bb3cab7f3da8', x'2c534b578b573937d884acbbdc9ab7a61af8a65d06ab74b0da34f57f95af82b4');
INSERT INTO "trail" VALUES (42, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'2c534b578b573937d884acbbdc9ab7a61af8a65d06ab74b0da34f57f95af82b4', x'f8786ff0f12b75a6cc6afaa1a6814312cf9deae5976a671f645d1b365095a838');
INSERT INTO "trail" VALUES (43, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f8786ff0f12b75a6cc6afaa1a6814312cf9deae5976a671f645d1b365095a838', x'd006db653717dcc0857a79997a0646b52cd9c374901a06ab104b4adb43a94f96');
INSERT INTO "trail" VALUES (44, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'd006db653717dcc0857a79997a0646b52cd9c374901a06ab104b4adb43a94f96', x'b8520376e237c18c6666580c872400f5d2e55f0871c28c59ec4c74516a1d630b');
INSERT INTO "trail" VALUES (45, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'b8520376e237c18c6666580c872400f5d2e55f0871c28c59ec4c74516a1d630b', x'a3367fe7c175d2de75720aeb00159b1a7603730ebd72ea9ece6a005519c1f81d');
INSERT INTO "trail" VALUES (46, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'a3367fe7c175d2de75720aeb00159b1a7603730ebd72ea9ece6a005519c1f81d', x'62415be132411367fff5b0b131b483f328e2651aa75aa50d07079eeeee5ecd00');
INSERT INTO "trail" VALUES (47, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'62415be132411367fff5b0b131b483f328e2651aa75aa50d07079eeeee5ecd00', x'bec12ad84951deeee053b408b38c2a1917d5c53ff30a40465f1cd5ff7986328c');
INSERT INTO "trail" VALUES (48, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'bec12ad84951deeee053b408b38c2a1917d5c53ff30a40465f1cd5ff7986328c', x'54861860e5d28c53d199c8b4ec42c74ab4aae87685265d3d3a3e786f04bf6f80');
INSERT INTO "trail" VALUES (49, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'54861860e5d28c53d199c8b4ec42c74ab4aae87685265d3d3a3e786f04bf6f80', x'aec814088c62cf3e0e74fb174d23fdf64b8d0c26195d63445764abf8247a0dec');
INSERT INTO "trail" VALUES (50, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'aec814088c62cf3e0e74fb174d23fdf64b8d0c26195d63445764abf8247a0dec', x'75c564a004f27ae5949afa7fa23858bb199ddda00c6cdc2c0d58988e67aef922');
INSERT INTO "trail" VALUES (51, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'75c564a004f27ae5949afa7fa23858bb199ddda00c6cdc2c0d58988e67aef922', x'e6d02936e6182dd668471cc42865e5ec67fae3407c1406a7e969dfd04cf68704');
INSERT INTO "trail" VALUES (52, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'e6d02936e6182dd668471cc42865e5ec67fae3407c1406a7e969dfd04cf68704', x'4691102df3663f13fb1a7ae427e18866a83a057db35a2cb4ef9c1945ffc53ad1');
INSERT INTO "trail" VALUES (53, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'4691102df3663f13fb1a7ae427e18866a83a057db35a2cb4ef9c1945ffc53ad1', x'0067eb77e3618f8c1ee47b1213c0df9880cf4c2391b03253d3becc33214ea48a');
INSERT INTO "trail" VALUES (54, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'0067eb77e3618f8c1ee47b1213c0df9880cf4c2391b03253d3becc33214ea48a', x'f1fe1e82b4b5e58be4699fd39d97dc64a2f13e95fd3ea3109d649d909d47fd76');
INSERT INTO "trail" VALUES (55, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f1fe1e82b4b5e58be4699fd39d97dc64a2f13e95fd3ea3109d649d909d47fd76', x'2b17a61a01487e10da94e162372f88ec878236eae01346151b62cc97f818fb6c');
INSERT INTO "trail" VALUES (56, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'2b17a61a01487e10da94e162372f88ec878236eae01346151b62cc97f818fb6c', x'fa8335bb2d41be2b93bdcb918037cc787fc27af491df759df6b596954a238aa5');
INSERT INTO "trail" VALUES (57, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'fa8335bb2d41be2b93bdcb918037cc787fc27af491df759df6b596954a238aa5', x'589da70c29a9de912584dd0dd886f84c92c3c7f3ed391b44fff53f994ecb7f2c');
INSERT INTO "trail" VALUES (58, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'589da70c29a9de912584dd0dd886f84c92c3c7f3ed391b44fff53f994ecb7f2c', x'adebcc47d6d72baf37684cb0eb367957254c6da67e96e2d00b81659da66e8f80');
INSERT INTO "trail" VALUES (59, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'adebcc47d6d72baf37684cb0eb367957254c6da67e96e2d00b81659da66e8f80', x'f84341afe2df7d47ab8c80c69f6756ff135c24732fb8812d19ec262b2306ca56');
INSERT INTO "trail" VALUES (60, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'f84341afe2df7d47ab8c80c69f6756ff135c24732fb8812d19ec262b2306ca56', x'46464ec748ee23d69ffd2eac5e4efd0c9553e74a41c573824885d6a0ae7c86e8');
INSERT INTO "trail" VALUES (61, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'46464ec748ee23d69ffd2eac5e4efd0c9553e74a41c573824885d6a0ae7c86e8', x'aa12ffb6297da5a79fa52621c32f596955fb27881524bb364b0a000e9fd2611f');
INSERT INTO "trail" VALUES (62, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'aa12ffb6297da5a79fa52621c32f596955fb27881524bb364b0a000e9fd2611f', x'1c83927dda89e1c0ca2ecbda433a1e19728275d4cc6b5f70d818eb314838b5b7');
INSERT INTO "trail" VALUES (63, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'1c83927dda89e1c0ca2ecbda433a1e19728275d4cc6b5f70d818eb314838b5b7', x'd3f907150ff3fc9b9f0791e36e6a7c74378a9c8c4daaad2fe206bd88a5321c69');
INSERT INTO "trail" VALUES (64, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'd3f907150ff3fc9b9f0791e36e6a7c74378a9c8c4daaad2fe206bd88a5321c69', x'be4bab51532c05bb6027bb208b7a8d967159f4fc7bf33ac3f2e0a656789be30f');
INSERT INTO "trail" VALUES (65, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'be4bab51532c05bb6027bb208b7a8d967159f4fc7bf33ac3f2e0a656789be30f', x'e630b4359cc13d3c7570b79269c93004d9f58a23eec02facb916146d31950605');
INSERT INTO "trail" VALUES (66, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e630b4359cc13d3c7570b79269c93004d9f58a23eec02facb916146d31950605', x'3e3b6cb36bd203a84b82c16ceb5c92ac7da699df8285e55cf1705f196ce4d726');
INSERT INTO "trail" VALUES (67, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'3e3b6cb36bd203a84b82c16ceb5c92ac7da699df8285e55cf1705f196ce4d726', x'406454e65073dffe7c5cd4ea752b4e6ffd45909466b1ca9d9ae57a21473564ff');
INSERT INTO "trail" VALUES (68, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'406454e65073dffe7c5cd4ea752b4e6ffd45909466b1ca9d9ae57a21473564ff', x'6cebe57bd4150be050c6e200994b2d315f3575a67f20fe3f05bf1bebb92cdeeb');
INSERT INTO "trail" VALUES (69, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'6cebe57bd4150be050c6e200994b2d315f3575a67f20fe3f05bf1bebb92cdeeb', x'49b54897908b1f76bdd102dc162814a39de4be7403c6f1c029158c1eb18755f9');
INSERT INTO "trail" VALUES (70, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'49b54897908b1f76bdd102dc162814a39de4be7403c6f1c029158c1eb18755f9', x'71fdcb63f0ba4b4dfdc64f8e77ad9b9942293747df2a618b6e1a4124fce4001e');
INSERT INTO "trail" VALUES (71, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'71fdcb63f0ba4b4dfdc64f8e77ad9b9942293747df2a618b6e1a4124fce4001e', x'e722d4569178b365f17ba516089a4a70b84d127855300abdac4209d798ba2bf3');
INSERT INTO "trail" VALUES (72, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e722d4569178b365f17ba516089a4a70b84d127855300abdac4209d798ba2bf3', x'1818e3a27d93e5080765da30733a1ff0aa3756bb92ce1744b58f627dd0e91d92');
INSERT INTO "trail" VALUES (73, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'1818e3a27d93e5080765da30733a1ff0aa3756bb92ce1744b58f627dd0e91d92', x'e4965250e36f983e31657c9d376bd7012dde267b01f30a21d1fdcc978460983b');
INSERT INTO "trail" VALUES (74, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'e4965250e36f983e31657c9d376bd7012dde267b01f30a21d1fdcc978460983b', x'e943c5e7321fd890990c6584813abc4a622cadda68d7510a0411bfbee563e346');
INSERT INTO "trail" VALUES (75, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e943c5e7321fd890990c6584813abc4a622cadda68d7510a0411bfbee563e346', x'44a9f3c1988074e3b35323b5928cbe1a5604dffab1d139f65655a9be0b7fc8d3');
INSERT INTO "trail" VALUES (76, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'44a9f3c1988074e3b35323b5928cbe1a5604dffab1d139f65655a9be0b7fc8d3', x'3d71d10bec872f43e74c12e3e6e981331cd8543180ae4cc4993646285375624d');
INSERT INTO "trail" VALUES (77, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'3d71d10bec872f43e74c12e3e6e981331cd8543180ae4cc4993646285375624d', x'd24f252b5d74a4f38e3fe746a6449a0ac647da8348d4c961528a0beee263ec2f');
INSERT INTO "trail" VALUES (78, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'd24f252b5d74a4f38e3fe746a6449a0ac647da8348d4c961528a0beee263ec2f', x'bd52ab098eeeb64c1c552f01084c7e710bc5f46573e0c7f2a767fe728af74f5c');
INSERT INTO "trail" VALUES (79, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'bd52ab098eeeb64c1c552f01084c7e710bc5f46573e0c7f2a767fe728af74f5c', x'296f65a1024b6ce107851897518d6547777890e0cbfc7e8e14ea37a2ce3e3e8c');
INSERT INTO "trail" VALUES (80, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'296f65a1024b6ce107851897518d6547777890e0cbfc7e8e14ea37a2ce3e3e8c', x'e293df002e7f15a7b30900399babc426be7c57e2e186c2c516c9cdb6a3962eea');
INSERT INTO "trail" VALUES (81, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e293df002e7f15a7b30900399babc426be7c57e2e186c2c516c9cdb6a3962eea', x'edfb267c0059ab2d5eddaa09cabceb09cdc40ebfe602db0fd11fb6fbdb095480');
INSERT INTO "trail" VALUES (82, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'edfb267c0059ab2d5eddaa09cabceb09cdc40ebfe602db0fd11fb6fbdb095480', x'3be3fb546846783decc5995800c896d20f9906eeaf9a0b4f56a4bc4b83569f15');
INSERT INTO "trail" VALUES (83, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'3be3fb546846783decc5995800c896d20f9906eeaf9a0b4f56a4bc4b83569f15', x'6411c6db0d7f79d422809af0df10055067fd7efd73d86ac1d71d3a227fec7d21');
INSERT INTO "trail" VALUES (84, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'6411c6db0d7f79d422809af0df10055067fd7efd73d86ac1d71d3a227fec7d21', x'b8e57de9a30dafcc996684f961618155fb39c791dc1979d843c6d30f74367d26');
INSERT INTO "trail" VALUES (85, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'b8e57de9a30dafcc996684f961618155fb39c791dc1979d843c6d30f74367d26', x'4d969b60f94900784e45c89b41d71706fc3bdfd71fe94fca5cb1e22417fa59e7');
INSERT INTO "trail" VALUES (86, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'4d969b60f94900784e45c89b41d71706fc3bdfd71fe94fca5cb1e22417fa59e7', x'b513d0fb498c0ba53585a355731294b79a1494e7d8458cae864568b312ca8723');
INSERT INTO "trail" VALUES (87, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'b513d0fb498c0ba53585a355731294b79a1494e7d8458cae864568b312ca8723', x'e7aa12582ac020924bb66ccbe0be35557fa7d9776509438c95ae05926641b459');
INSERT INTO "trail" VALUES (88, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'e7aa12582ac020924bb66ccbe0be35557fa7d9776509438c95ae05926641b459', x'd70ec5e97d2720c7237903e3fc3892762ebc0d3e8fe16cbab6b082e1ecee3d94');
INSERT INTO "trail" VALUES (89, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'd70ec5e97d2720c7237903e3fc3892762ebc0d3e8fe16cbab6b082e1ecee3d94', x'df12a206fb676db369b14df76606d99453350b622a6ce4533e83370c1b8f9d0f');
INSERT INTO "trail" VALUES (90, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'df12a206fb676db369b14df76606d99453350b622a6ce4533e83370c1b8f9d0f', x'64a4d70a66bb5d51f8d82dd09ece0cfc9692b20f3a3fbfe58ef017ec83515e31');
INSERT INTO "trail" VALUES (91, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'64a4d70a66bb5d51f8d82dd09ece0cfc9692b20f3a3fbfe58ef017ec83515e31', x'b117d5050649f74a00a61db7564a717f6f343ba39814347534c2d9bbb3b19d4b');
INSERT INTO "trail" VALUES (92, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'b117d5050649f74a00a61db7564a717f6f343ba39814347534c2d9bbb3b19d4b', x'5cb045370fce115c0c62ce4106cd7443d8afba9bd278eaee678b25242bbb1552');
INSERT INTO "trail" VALUES (93, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'5cb045370fce115c0c62ce4106cd7443d8afba9bd278eaee678b25242bbb1552', x'fd8961ba55151f2997de955bc8d59523b516c9f1fe786a228bc6fcb2e2a9803a');
INSERT INTO "trail" VALUES (94, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'fd8961ba55151f2997de955bc8d59523b516c9f1fe786a228bc6fcb2e2a9803a', x'aa1cd4ab793c6424b93c215438b32fbf958763093a3a213391f2ea67b3d579da');
INSERT INTO "trail" VALUES (95, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'aa1cd4ab793c6424b93c215438b32fbf958763093a3a213391f2ea67b3d579da', x'7a699e00f99d543a02cdb51cebcfc0e2e752717c7793d89943b26d10cbe90ce0');
INSERT INTO "trail" VALUES (96, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7a699e00f99d543a02cdb51cebcfc0e2e752717c7793d89943b26d10cbe90ce0', x'412f7f94beab1e37496169f7d97411e9314336faa2fb490a4b0c3aadea063daa');
INSERT INTO "trail" VALUES (97, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'412f7f94beab1e37496169f7d97411e9314336faa2fb490a4b0c3aadea063daa', x'af1be3541d8e7a827bfc1d5ab0f753a11c95bafc86e535b715435e6bf0201b1f');
INSERT INTO "trail" VALUES (98, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'af1be3541d8e7a827bfc1d5ab0f753a11c95bafc86e535b715435e6bf0201b1f', x'e15a03d01766945e0950bc7f742689f37d2e0b659e5313035149a54b446c23ec');
INSERT INTO "trail" VALUES (99, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e15a03d01766945e0950bc7f742689f37d2e0b659e5313035149a54b446c23ec', x'0ab1822edd0de7d12f01fb6fc9501871fe7e10edea5a73ce1be566cf9efc970d');
INSERT INTO "trail" VALUES (100, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'0ab1822edd0de7d12f01fb6fc9501871fe7e10edea5a73ce1be566cf9efc970d', x'804657d5135dd73fbbd4e132834506b15c94ce54ed23b8e4d322c58363443d1d');
INSERT INTO "trail" VALUES (101, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'804657d5135dd73fbbd4e132834506b15c94ce54ed23b8e4d322c58363443d1d', x'2e9e1658e3e914cf5f404726a01316532b58f119052cac16744dcf0033392fb2');
INSERT INTO "trail" VALUES (102, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'2e9e1658e3e914cf5f404726a01316532b58f119052cac16744dcf0033392fb2', x'f760db7e6c7440fba852e97f4d850f79902a673fb0512ef39f860497c713705b');
INSERT INTO "trail" VALUES (103, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'f760db7e6c7440fba852e97f4d850f79902a673fb0512ef39f860497c713705b', x'49378433888355d404cfe6e02a597a7b643aaec8860496dc3f0bd43b3efdd11c');
INSERT INTO "trail" VALUES (104, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'49378433888355d404cfe6e02a597a7b643aaec8860496dc3f0bd43b3efdd11c', x'2ba2a8d0b60473c9184bfa96d8ccb6b77f86cd766215a31db8cc926d87e32c9e');
INSERT INTO "trail" VALUES (105, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'2ba2a8d0b60473c9184bfa96d8ccb6b77f86cd766215a31db8cc926d87e32c9e', x'2e3fcd1a923ccd61eaea1560fcd795d9dc93652591bd57565a5e3af9d2d9b654');
INSERT INTO "trail" VALUES (106, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'2e3fcd1a923ccd61eaea1560fcd795d9dc93652591bd57565a5e3af9d2d9b654', x'24a1766dd92085ee6d505d2fb00b67b26283d0ae30b6cafe25f7d7f154d6bd07');
INSERT INTO "trail" VALUES (107, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'24a1766dd92085ee6d505d2fb00b67b26283d0ae30b6cafe25f7d7f154d6bd07', x'294be19630372e2353248f2faab9bc33e48505ffb1fa4e54587ffec3d60a3592');
INSERT INTO "trail" VALUES (108, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'294be19630372e2353248f2faab9bc33e48505ffb1fa4e54587ffec3d60a3592', x'42dbc3eac1ca1b03162843db727e91d1b32bedef8081a208fdb760a53b07cc92');
INSERT INTO "trail" VALUES (109, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'42dbc3eac1ca1b03162843db727e91d1b32bedef8081a208fdb760a53b07cc92', x'8100ef841869b0780c6cac94c75dd902dea8769cdf37c816f78faf653178d8b5');
INSERT INTO "trail" VALUES (110, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'8100ef841869b0780c6cac94c75dd902dea8769cdf37c816f78faf653178d8b5', x'1ba3e35b54b17e87aeeb3ba13e417abc51eec890007f4b55421c34db4bbfad0d');
INSERT INTO "trail" VALUES (111, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'1ba3e35b54b17e87aeeb3ba13e417abc51eec890007f4b55421c34db4bbfad0d', x'42bfe0610615d2cf642780fcf11870b5d2deb79b096f71455983824ddee0798f');
CREATE INDEX trail_of ON trail (kind, id, seq);
CREATE TABLE number (kind TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (kind, day)) STRICT, WITHOUT ROWID;
INSERT INTO "number" VALUES ('x', 'x', 1);
CREATE TABLE alarm (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, point TEXT NOT NULL, severity TEXT NOT NULL, text TEXT NOT NULL,
    active INTEGER NOT NULL, acked INTEGER NOT NULL, raised_at INTEGER, cleared_at INTEGER, acked_at INTEGER, acked_by TEXT,
    retired INTEGER NOT NULL, count INTEGER NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL, reset_needed INTEGER NOT NULL DEFAULT 0, shelved TEXT, out_of_service TEXT, suppressed_by TEXT NOT NULL DEFAULT '[]', unheard INTEGER NOT NULL DEFAULT 0, first_out INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "alarm" VALUES ('x', 'x', 'x', 'x', 'x', 1, 1, 1, 1, 1, 'x', 1, 1, 'x', 'x', 0, NULL, NULL, '[]', 0, 0);
CREATE TABLE workorder (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, text TEXT NOT NULL, class TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    severity TEXT, equipment TEXT, assignee TEXT, occurrences INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    arrive_by INTEGER NOT NULL, restore_by INTEGER NOT NULL, arrived_at INTEGER, fixed_at INTEGER, fixed_by TEXT, closed_at INTEGER, key TEXT, visit_by INTEGER, more TEXT NOT NULL DEFAULT '{}') STRICT, WITHOUT ROWID;
INSERT INTO "workorder" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 1, 1, 1, 1, 1, 'x', 1, 'x', NULL, '{}');
CREATE INDEX workorder_phase ON workorder (phase, id);
CREATE TABLE user (
    name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL, start TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "user" VALUES ('x', 'x', 'x', 1, 1, NULL);
CREATE TABLE session (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, how TEXT, device TEXT, address TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "session" VALUES ('x', 'x', 1, 1, 1, NULL, NULL, NULL);
CREATE TABLE token (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, user TEXT NOT NULL REFERENCES user, hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, expires_at INTEGER, revoked INTEGER NOT NULL, used_at INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "token" VALUES ('x', 'x', 'x', 'x', 1, 1, 1, NULL);
CREATE TABLE broker_account (
    name TEXT PRIMARY KEY, password TEXT NOT NULL, publish TEXT NOT NULL, subscribe TEXT NOT NULL,
    created_at INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "broker_account" VALUES ('x', 'x', 'x', 'x', 1, 1);
CREATE TABLE idempotency (
    key TEXT NOT NULL, actor TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
INSERT INTO "idempotency" VALUES ('x', 'x', 'x', 1, 'x', 1);
CREATE TABLE command (
    id TEXT PRIMARY KEY, point TEXT NOT NULL, value TEXT NOT NULL, was TEXT NOT NULL, reason TEXT NOT NULL, phase TEXT NOT NULL,
    why TEXT, text TEXT, requested_by TEXT NOT NULL, requested_at INTEGER NOT NULL, second_by TEXT, second_at INTEGER,
    sent_at INTEGER, ended_at INTEGER, read TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "command" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 1, 1, 1, 'x');
CREATE UNIQUE INDEX command_open ON command (point) WHERE phase IN ('awaiting', 'sent');
CREATE INDEX command_of ON command (point, id);
CREATE INDEX command_sent ON command (point, sent_at);
CREATE TABLE runbook_run (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, key TEXT NOT NULL, book TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    alarms TEXT NOT NULL, equipment TEXT, place TEXT NOT NULL, dangers TEXT NOT NULL, steps TEXT NOT NULL, report TEXT NOT NULL,
    started_at INTEGER NOT NULL, started_by TEXT NOT NULL, ended_at INTEGER, ended_by TEXT, reason TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "runbook_run" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 1, 'x', 'x');
CREATE UNIQUE INDEX runbook_run_open ON runbook_run (key) WHERE phase = 'open';
CREATE TABLE runbook_photo (run TEXT NOT NULL, step TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (run, step)) STRICT;
INSERT INTO "runbook_photo" VALUES ('x', 'x', x'01');
CREATE TABLE notice_cursor (channel TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "notice_cursor" VALUES ('x', 1);
CREATE INDEX trail_alarm ON trail (seq) WHERE kind = 'alarm';
CREATE UNIQUE INDEX workorder_open ON workorder (key) WHERE phase NOT IN ('closed', 'cancelled', 'merged');
CREATE INDEX workorder_key ON workorder (key, id);
CREATE INDEX workorder_visit ON workorder (visit_by) WHERE visit_by IS NOT NULL;
CREATE TABLE workorder_alarm (
    workorder TEXT NOT NULL REFERENCES workorder, alarm TEXT NOT NULL, PRIMARY KEY (alarm, workorder)) STRICT, WITHOUT ROWID;
INSERT INTO "workorder_alarm" VALUES ('x', 'x');
CREATE INDEX workorder_alarm_of ON workorder_alarm (workorder);
CREATE TABLE workorder_follow (
    former TEXT NOT NULL REFERENCES workorder, workorder TEXT NOT NULL REFERENCES workorder,
    PRIMARY KEY (former, workorder)) STRICT, WITHOUT ROWID;
INSERT INTO "workorder_follow" VALUES ('x', 'x');
CREATE TABLE report (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, workorder TEXT NOT NULL REFERENCES workorder, channel TEXT NOT NULL,
    nature TEXT NOT NULL, text TEXT NOT NULL, room TEXT NOT NULL, space TEXT, equipment TEXT, caller TEXT NOT NULL,
    reference TEXT NOT NULL, receipt TEXT NOT NULL UNIQUE, by TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "report" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1);
CREATE INDEX report_of ON report (workorder, id);
CREATE TABLE maintenance (
    plan TEXT NOT NULL, object TEXT NOT NULL, period TEXT NOT NULL, due_at INTEGER NOT NULL, state TEXT NOT NULL,
    workorder TEXT REFERENCES workorder, made_at INTEGER NOT NULL, PRIMARY KEY (plan, object, period)) STRICT, WITHOUT ROWID;
INSERT INTO "maintenance" VALUES ('x', 'x', 'x', 1, 'x', 'x', 1);
CREATE INDEX maintenance_order ON maintenance (workorder);
CREATE TABLE demo_alarm (day INTEGER PRIMARY KEY, events TEXT NOT NULL) STRICT;
INSERT INTO "demo_alarm" VALUES (1, 'x');
CREATE TABLE linkage (site TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "linkage" VALUES ('x', 'x');
CREATE TABLE notice_climb (alarm TEXT PRIMARY KEY, started_at INTEGER NOT NULL, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "notice_climb" VALUES ('x', 1, 'x');
CREATE INDEX trail_not_told ON trail (seq) WHERE kind = 'notice' AND action = 'not-told';
CREATE TABLE part (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, price_cents INTEGER, least INTEGER NOT NULL,
    place TEXT NOT NULL, on_hand INTEGER NOT NULL, retired INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "part" VALUES ('x', 'x', 'x', 1, 1, 'x', 1, 1);
CREATE TABLE part_reserved (
    part TEXT NOT NULL REFERENCES part, workorder TEXT NOT NULL REFERENCES workorder, quantity INTEGER NOT NULL,
    PRIMARY KEY (part, workorder)) STRICT, WITHOUT ROWID;
INSERT INTO "part_reserved" VALUES ('x', 'x', 1);
CREATE TABLE order_signature (
    id TEXT PRIMARY KEY, workorder TEXT NOT NULL REFERENCES workorder, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "order_signature" VALUES ('x', 'x', 'x');
CREATE INDEX order_signature_of ON order_signature (workorder);
CREATE TABLE maintenance_counter (
    plan TEXT NOT NULL, object TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (plan, object)) STRICT, WITHOUT ROWID;
INSERT INTO "maintenance_counter" VALUES ('x', 'x', 'x');
CREATE TABLE help_call (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, point TEXT NOT NULL, space TEXT, room TEXT NOT NULL, text TEXT NOT NULL,
    caller TEXT NOT NULL, reference TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, ended_at INTEGER, ended_by TEXT,
    result TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "help_call" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 1, 'x', 'x');
CREATE INDEX help_call_open ON help_call (id) WHERE ended_at IS NULL;
CREATE TABLE notice_digest (about TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (about, seq)) STRICT, WITHOUT ROWID;
INSERT INTO "notice_digest" VALUES ('x', 1);
CREATE TABLE output_aside (
    id INTEGER PRIMARY KEY, output TEXT NOT NULL, stream TEXT NOT NULL, row TEXT NOT NULL, seq INTEGER NOT NULL,
    at INTEGER NOT NULL, samples INTEGER NOT NULL, topic TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL,
    detail TEXT NOT NULL, aside_at INTEGER NOT NULL, UNIQUE (output, stream, row)) STRICT;
INSERT INTO "output_aside" VALUES (1, 'x', 'x', 'x', 1, 1, 1, 'x', 'x', 'x', 'x', 1);
CREATE TABLE output_count (output TEXT PRIMARY KEY, aside_dropped INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "output_count" VALUES ('x', 1);
CREATE TABLE company (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL, phone TEXT NOT NULL, blocked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "company" VALUES ('x', 'x', 'x', 'x', 1);
CREATE TABLE works (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, space TEXT, company TEXT REFERENCES company,
    permit TEXT NOT NULL, permit_to INTEGER, opened_at INTEGER NOT NULL, closed_at INTEGER, closed_by TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "works" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 1, 1, 1, 'x');
CREATE TABLE person (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, company TEXT REFERENCES company,
    trade TEXT NOT NULL, phone TEXT NOT NULL, level INTEGER NOT NULL, roles TEXT NOT NULL, status TEXT NOT NULL,
    account TEXT COLLATE NOCASE, certificates TEXT NOT NULL, id_kind TEXT, id_lookup TEXT UNIQUE, id_last4 TEXT, id_sealed TEXT,
    pin TEXT, created_at INTEGER NOT NULL, photo TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "person" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, NULL);
CREATE TABLE credential (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, pass_no INTEGER NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES person,
    class TEXT NOT NULL, lookup TEXT, shown TEXT NOT NULL, sealed TEXT, phase TEXT NOT NULL, valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL, levels TEXT NOT NULL, works TEXT REFERENCES works, duplicate TEXT NOT NULL, deposit TEXT,
    receipt TEXT, refunded_at INTEGER, refunded_by TEXT, issued_by TEXT NOT NULL, issued_at INTEGER NOT NULL,
    approved_by TEXT, approved_at INTEGER, reason TEXT NOT NULL, link TEXT UNIQUE) STRICT, WITHOUT ROWID;
INSERT INTO "credential" VALUES ('x', 'x', 1, 'x', 'x', 'x', 'x', 'x', 'x', 1, 1, 'x', 'x', 'x', 'x', 'x', 1, 'x', 'x', 1, 'x', 1, 'x', 'x');
CREATE UNIQUE INDEX credential_lookup ON credential (lookup) WHERE phase IN ('requested', 'active', 'suspended');
CREATE INDEX credential_of ON credential (person, id);
CREATE INDEX credential_works ON credential (works, id);
CREATE TABLE door_layer (
    id TEXT PRIMARY KEY, door TEXT NOT NULL, mode TEXT NOT NULL, level INTEGER, by TEXT NOT NULL, reason TEXT NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "door_layer" VALUES ('x', 'x', 'x', 1, 'x', 'x', 1, 1);
CREATE TABLE presence (
    person TEXT PRIMARY KEY REFERENCES person, area TEXT, at INTEGER NOT NULL, door TEXT, entered TEXT NOT NULL,
    forgiven_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "presence" VALUES ('x', 'x', 1, 'x', 'x', 1);
CREATE INDEX presence_area ON presence (area);
CREATE TABLE access_event (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, door TEXT NOT NULL, direction TEXT NOT NULL, outcome TEXT NOT NULL,
    rule TEXT NOT NULL, credential TEXT, person TEXT, entered INTEGER NOT NULL, data TEXT NOT NULL) STRICT;
INSERT INTO "access_event" VALUES (1, 1, 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x');
CREATE INDEX access_event_person ON access_event (person, seq);
CREATE INDEX access_event_door ON access_event (door, seq);
CREATE TABLE access_state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "access_state" VALUES ('x', 1);
CREATE TABLE complaint (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, at INTEGER NOT NULL, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "complaint" VALUES ('x', 'x', 'x', 1, 'x');
CREATE INDEX complaint_at ON complaint (at);
CREATE INDEX complaint_open ON complaint (id) WHERE phase IN ('new', 'handling', 'replied');
CREATE INDEX report_at ON report (at);
CREATE INDEX credential_by_lookup ON credential (lookup, id);
CREATE INDEX access_event_at ON access_event (at);
CREATE TABLE access_dropped (
    month TEXT PRIMARY KEY, events INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "access_dropped" VALUES ('x', 1, 1, 1);
CREATE TABLE door_memory (door TEXT PRIMARY KEY, pending TEXT, waiting TEXT, armed INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "door_memory" VALUES ('x', 'x', 'x', 1);
CREATE TABLE seen_code (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "seen_code" VALUES (1, 'x');
CREATE TABLE door_controller (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, enrolled_at INTEGER NOT NULL, enrolled_by TEXT NOT NULL,
    version INTEGER NOT NULL, acked INTEGER NOT NULL, acked_at INTEGER, expires INTEGER NOT NULL, epoch TEXT,
    up_to INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "door_controller" VALUES ('x', 'x', 1, 'x', 1, 1, 1, 1, 'x', 1);
CREATE TABLE door_table (
    controller TEXT NOT NULL, credential TEXT NOT NULL, row TEXT, version INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (controller, credential)) STRICT, WITHOUT ROWID;
INSERT INTO "door_table" VALUES ('x', 'x', 'x', 1, 1);
CREATE TABLE controller_event (
    controller TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL,
    door TEXT, kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (controller, epoch, seq)) STRICT, WITHOUT ROWID;
INSERT INTO "controller_event" VALUES ('x', 'x', 1, 1, 1, 'x', 'x', 'x');
CREATE TABLE gate_entry (
    seq INTEGER PRIMARY KEY, post TEXT NOT NULL, n INTEGER NOT NULL, gate TEXT NOT NULL, at INTEGER NOT NULL,
    received_at INTEGER NOT NULL, credential TEXT, visit TEXT, direction TEXT NOT NULL, how TEXT NOT NULL, by TEXT NOT NULL,
    event INTEGER, conflict TEXT, UNIQUE (post, n)) STRICT;
INSERT INTO "gate_entry" VALUES (1, 'x', 1, 'x', 1, 1, 'x', 'x', 'x', 'x', 'x', 1, 'x');
CREATE TABLE gate_held (
    credential TEXT PRIMARY KEY REFERENCES credential, slot INTEGER NOT NULL UNIQUE, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "gate_held" VALUES ('x', 1, 1);
CREATE TABLE visit (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, name TEXT NOT NULL, company TEXT NOT NULL,
    phone TEXT NOT NULL, people INTEGER NOT NULL, person TEXT REFERENCES person, host TEXT NOT NULL, purpose TEXT NOT NULL,
    space TEXT, escort TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, approvals TEXT NOT NULL,
    asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, in_at INTEGER, in_by TEXT, out_at INTEGER, out_by TEXT,
    reason TEXT NOT NULL, photo TEXT, photo_hold TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "visit" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 'x', 'x', 'x', 'x', 1, 1, 'x', 'x', 1, 1, 'x', 1, 'x', 'x', NULL, NULL);
CREATE INDEX visit_phase ON visit (phase, valid_from);
CREATE TABLE parking_lease (
    credential TEXT PRIMARY KEY REFERENCES credential, bay TEXT NOT NULL, plate TEXT NOT NULL, agreement TEXT NOT NULL,
    valid_to INTEGER NOT NULL, fee TEXT NOT NULL, receipt TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "parking_lease" VALUES ('x', 'x', 'x', 'x', 1, 'x', 'x');
CREATE TABLE after_report (
    id TEXT PRIMARY KEY, alarm TEXT NOT NULL, level INTEGER NOT NULL, skipped TEXT NOT NULL, reason TEXT NOT NULL,
    by TEXT NOT NULL, at INTEGER NOT NULL, written_at INTEGER, written_by TEXT, words TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "after_report" VALUES ('x', 'x', 1, 'x', 'x', 'x', 1, 1, 'x', 'x');
CREATE INDEX after_report_open ON after_report (id) WHERE written_at IS NULL;
CREATE INDEX visit_photo ON visit (photo) WHERE photo IS NOT NULL;
CREATE TABLE tag (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, equipment TEXT NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL,
    removed_at INTEGER, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "tag" VALUES ('x', 'x', 'x', 'x', 1, 1, 'x');
CREATE INDEX tag_open ON tag (equipment, at) WHERE removed_at IS NULL;
CREATE TABLE switching (id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "switching" VALUES ('x', 'x', 'x', 'x');
CREATE TABLE permit (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, phase TEXT NOT NULL, space TEXT NOT NULL,
    valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "permit" VALUES ('x', 'x', 'x', 'x', 'x', 1, 1, 'x');
CREATE INDEX permit_open ON permit (phase) WHERE phase NOT IN ('closed', 'rejected', 'withdrawn', 'revoked');
CREATE TABLE register_entry (
    id TEXT PRIMARY KEY, register TEXT NOT NULL, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, facts TEXT NOT NULL,
    at INTEGER NOT NULL, by TEXT NOT NULL, since INTEGER NOT NULL, due_at INTEGER, told_due INTEGER, demo INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
INSERT INTO "register_entry" VALUES ('x', 'x', 'x', 'x', 'x', 1, 'x', 1, 1, 1, 1);
CREATE INDEX register_entry_of ON register_entry (register, id);
CREATE INDEX register_entry_due ON register_entry (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE register_move (
    seq INTEGER PRIMARY KEY, entry TEXT NOT NULL REFERENCES register_entry, action TEXT NOT NULL, at INTEGER NOT NULL,
    by TEXT NOT NULL, phase TEXT NOT NULL, given TEXT NOT NULL, workorder TEXT) STRICT;
INSERT INTO "register_move" VALUES (1, 'x', 'x', 1, 'x', 'x', 'x', 'x');
CREATE INDEX register_move_of ON register_move (entry, seq);
CREATE TABLE patrol_round (
    id TEXT PRIMARY KEY, route TEXT NOT NULL, day TEXT NOT NULL, due_from INTEGER NOT NULL, due_to INTEGER NOT NULL,
    over_at INTEGER NOT NULL, closed_at INTEGER, data TEXT NOT NULL, review TEXT, seal TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "patrol_round" VALUES ('x', 'x', 'x', 1, 1, 1, 1, 'x', NULL, NULL);
CREATE INDEX patrol_round_day ON patrol_round (day);
CREATE INDEX patrol_round_over ON patrol_round (over_at);
CREATE INDEX patrol_round_due ON patrol_round (over_at) WHERE closed_at IS NULL;
CREATE TABLE patrol_point (
    round TEXT NOT NULL REFERENCES patrol_round, checkpoint TEXT NOT NULL, scan INTEGER, at INTEGER NOT NULL,
    verdicts TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, PRIMARY KEY (round, checkpoint)) STRICT, WITHOUT ROWID;
INSERT INTO "patrol_point" VALUES ('x', 'x', 1, 1, 'x', 'x', 'x');
CREATE TABLE patrol_scan (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL,
    route TEXT, checkpoint TEXT, round TEXT, person TEXT NOT NULL, valid INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (device, n)) STRICT;
INSERT INTO "patrol_scan" VALUES (1, 'x', 1, 1, 1, 'x', 'x', 'x', 'x', 1, 'x');
CREATE INDEX patrol_scan_at ON patrol_scan (at);
CREATE INDEX patrol_scan_point ON patrol_scan (route, checkpoint, at);
CREATE TABLE patrol_device (id TEXT PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "patrol_device" VALUES ('x', 1, 'x');
CREATE TABLE handover (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, crew TEXT NOT NULL, phase TEXT NOT NULL, from_seq INTEGER NOT NULL,
    cut_seq INTEGER, facts TEXT NOT NULL, UNIQUE (crew, from_seq)) STRICT, WITHOUT ROWID;
INSERT INTO "handover" VALUES ('x', 'x', 'x', 'x', 1, 1, 'x');
CREATE UNIQUE INDEX handover_open ON handover (crew) WHERE phase <> 'signed_in';
CREATE TABLE month_archive (
    month TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (month, version)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "month_archive" VALUES ('x', 1, 1, 'x');
CREATE INDEX register_move_at ON register_move (at);
CREATE INDEX patrol_round_sealed ON patrol_round (json_extract(seal, '$.at')) WHERE seal IS NOT NULL;
CREATE TABLE patrol_remark (
    seq INTEGER PRIMARY KEY, round TEXT NOT NULL REFERENCES patrol_round, at INTEGER NOT NULL, by TEXT NOT NULL,
    text TEXT NOT NULL) STRICT;
INSERT INTO "patrol_remark" VALUES (1, 'x', 1, 'x', 'x');
CREATE INDEX patrol_remark_round ON patrol_remark (round);
CREATE TABLE patrol_tag (uid TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "patrol_tag" VALUES ('x', 'x', 1, 'x');
CREATE TABLE patrol_travel (
    route TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, sec INTEGER NOT NULL, walks INTEGER NOT NULL, at INTEGER NOT NULL,
    by TEXT NOT NULL, PRIMARY KEY (route, a, b)) STRICT, WITHOUT ROWID;
INSERT INTO "patrol_travel" VALUES ('x', 'x', 'x', 1, 1, 1, 'x');
CREATE TABLE run_form (spec TEXT PRIMARY KEY, form TEXT NOT NULL, columns TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "run_form" VALUES ('x', 'x', 'x');
CREATE TABLE run_line (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, day TEXT NOT NULL, cause TEXT NOT NULL, due INTEGER NOT NULL,
    over_at INTEGER NOT NULL, state TEXT NOT NULL, spec TEXT NOT NULL REFERENCES run_form, replaced_by TEXT,
    data TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "run_line" VALUES ('x', 'x', 'x', 'x', 1, 1, 'x', 'x', 'x', 'x');
CREATE INDEX run_line_day ON run_line (form, day);
CREATE INDEX run_line_time ON run_line (form, due);
CREATE INDEX run_line_due ON run_line (over_at) WHERE state = 'due';
CREATE TABLE run_follow (form TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "run_follow" VALUES ('x', 'x');
CREATE TABLE service_point (
    id TEXT PRIMARY KEY, unit TEXT NOT NULL, medium TEXT NOT NULL, parent TEXT, role TEXT NOT NULL, use TEXT NOT NULL,
    closed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "service_point" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 1);
CREATE TABLE meter (serial TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meter" VALUES ('x', 'x');
CREATE TABLE meter_installation (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL REFERENCES meter,
    from_at INTEGER NOT NULL, opening TEXT NOT NULL, to_at INTEGER, closing TEXT NOT NULL) STRICT;
INSERT INTO "meter_installation" VALUES (1, 'x', 'x', 1, 'x', 1, 'x');
CREATE UNIQUE INDEX meter_installation_point ON meter_installation (point) WHERE to_at IS NULL;
CREATE UNIQUE INDEX meter_installation_meter ON meter_installation (meter) WHERE to_at IS NULL;
CREATE TABLE meter_multiplier (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, from_at INTEGER NOT NULL, micro INTEGER NOT NULL,
    indexes TEXT NOT NULL, evidence TEXT NOT NULL, UNIQUE (point, from_at)) STRICT;
INSERT INTO "meter_multiplier" VALUES (1, 'x', 1, 1, 'x', 'x');
CREATE TABLE reading (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL, register TEXT NOT NULL,
    at INTEGER NOT NULL, steps INTEGER, quality TEXT NOT NULL, reason TEXT, validation TEXT NOT NULL, finding TEXT,
    measured_at INTEGER, demo INTEGER NOT NULL, by TEXT, note TEXT NOT NULL, supersedes INTEGER REFERENCES reading,
    superseded INTEGER NOT NULL) STRICT;
INSERT INTO "reading" VALUES (1, 'x', 'x', 'x', 1, 1, 'x', 'x', 'x', 'x', 1, 1, 'x', 'x', 1, 1);
CREATE UNIQUE INDEX reading_once ON reading (point, register, at) WHERE superseded = 0;
CREATE INDEX reading_versions ON reading (point, register, at);
CREATE INDEX reading_at ON reading (at) WHERE superseded = 0;
CREATE INDEX reading_waits ON reading (at) WHERE superseded = 0 AND validation = 'uncertain';
CREATE TABLE reading_freeze (at INTEGER PRIMARY KEY, done_at INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;
INSERT INTO "reading_freeze" VALUES (1, 1, 1);
CREATE TABLE billing_batch (
    name TEXT PRIMARY KEY, period TEXT NOT NULL, grp TEXT NOT NULL, version INTEGER NOT NULL, phase TEXT NOT NULL,
    prepared_at INTEGER NOT NULL, sequence INTEGER UNIQUE, facts TEXT NOT NULL, UNIQUE (period, grp, version))
    STRICT, WITHOUT ROWID;
INSERT INTO "billing_batch" VALUES ('x', 'x', 'x', 1, 'x', 1, 1, 'x');
CREATE TABLE billing_content (name TEXT PRIMARY KEY REFERENCES billing_batch, batch TEXT NOT NULL) STRICT;
INSERT INTO "billing_content" VALUES ('x', 'x');
CREATE TABLE pre_start (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, equipment TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    spec TEXT NOT NULL REFERENCES run_form, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "pre_start" VALUES ('x', 'x', 'x', 1, 'x', 'x', 'x');
CREATE INDEX pre_start_equipment ON pre_start (equipment, at);
CREATE INDEX pre_start_form ON pre_start (form, at);
CREATE TABLE special_reading (
    id TEXT PRIMARY KEY, no TEXT NOT NULL, unit TEXT, phase TEXT NOT NULL, at INTEGER NOT NULL, facts TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
INSERT INTO "special_reading" VALUES ('x', 'x', 'x', 'x', 1, 'x');
CREATE INDEX special_reading_at ON special_reading (at) WHERE phase = 'signed';
CREATE TABLE meter_place (
    point TEXT PRIMARY KEY REFERENCES service_point, position INTEGER NOT NULL, place TEXT NOT NULL, code TEXT NOT NULL,
    photo INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meter_place" VALUES ('x', 1, 'x', 'x', 1);
CREATE TABLE meter_taken (
    id TEXT PRIMARY KEY, point TEXT NOT NULL, register TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
    result TEXT NOT NULL, reading INTEGER REFERENCES reading, photo TEXT, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meter_taken" VALUES ('x', 'x', 'x', 1, 'x', 'x', 1, 'x', 'x');
CREATE INDEX meter_taken_point ON meter_taken (point, at);
CREATE INDEX meter_taken_photo ON meter_taken (photo) WHERE photo IS NOT NULL;
CREATE TABLE reading_month (month TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "reading_month" VALUES ('x', 1);
CREATE TABLE meter_topup (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL, at INTEGER NOT NULL,
    micro INTEGER NOT NULL, unit TEXT NOT NULL, receipt TEXT NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL,
    cancels INTEGER UNIQUE REFERENCES meter_topup) STRICT;
INSERT INTO "meter_topup" VALUES (1, 'x', 'x', 1, 1, 'x', 'x', 'x', 'x', 1);
CREATE INDEX meter_topup_point ON meter_topup (point, at);
CREATE INDEX meter_topup_at ON meter_topup (at);
CREATE TABLE reading_checked (at INTEGER PRIMARY KEY, done_at INTEGER NOT NULL) STRICT;
INSERT INTO "reading_checked" VALUES (1, 1);
CREATE TABLE reading_exception (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, register TEXT NOT NULL, rule TEXT NOT NULL,
    period TEXT NOT NULL, from_at INTEGER NOT NULL, at INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL,
    demo INTEGER NOT NULL, workorder TEXT, by TEXT, note TEXT NOT NULL, moved_at INTEGER NOT NULL) STRICT;
INSERT INTO "reading_exception" VALUES (1, 'x', 'x', 'x', 'x', 1, 1, 'x', 'x', 1, 'x', 'x', 'x', 1);
CREATE INDEX reading_exception_open ON reading_exception (at) WHERE state IN ('open', 'field');
CREATE INDEX reading_exception_point ON reading_exception (point, rule, at);
CREATE TABLE multiplier_ask (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, state TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
INSERT INTO "multiplier_ask" VALUES (1, 'x', 'x', 'x');
CREATE INDEX multiplier_ask_point ON multiplier_ask (point);
CREATE TABLE billing_delivery (
    batch TEXT NOT NULL REFERENCES billing_batch, target TEXT NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL,
    facts TEXT NOT NULL, PRIMARY KEY (batch, target)) STRICT, WITHOUT ROWID;
INSERT INTO "billing_delivery" VALUES ('x', 'x', 1, 'x', 'x');
CREATE INDEX billing_delivery_open ON billing_delivery (sequence) WHERE state <> 'sent';
CREATE TABLE billing_schedule (
    grp TEXT NOT NULL, period TEXT NOT NULL, at INTEGER NOT NULL, batch TEXT NOT NULL, PRIMARY KEY (grp, period))
    STRICT, WITHOUT ROWID;
INSERT INTO "billing_schedule" VALUES ('x', 'x', 1, 'x');
CREATE TABLE site_version (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, role TEXT NOT NULL, way TEXT NOT NULL, why TEXT,
    hash TEXT NOT NULL, undoes INTEGER REFERENCES site_version, changes BLOB NOT NULL, text BLOB) STRICT;
INSERT INTO "site_version" VALUES (1, 1, 'x', 'x', 'x', 'x', 'x', 1, x'01', x'01');
CREATE INDEX site_version_hash ON site_version (hash);
CREATE INDEX site_version_undoes ON site_version (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE sign_in_rule (
    role TEXT PRIMARY KEY, factor INTEGER NOT NULL, idle_ms INTEGER NOT NULL, absolute_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "sign_in_rule" VALUES ('x', 1, 1, 1);
CREATE TABLE second_factor (
    user TEXT PRIMARY KEY COLLATE NOCASE REFERENCES user, secret TEXT NOT NULL, last_step INTEGER NOT NULL,
    since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "second_factor" VALUES ('x', 'x', 1, 1);
CREATE TABLE recovery_code (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user) STRICT, WITHOUT ROWID;
INSERT INTO "recovery_code" VALUES ('x', 'x');
CREATE INDEX recovery_code_user ON recovery_code (user);
CREATE TABLE passkey (
    id TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user, name TEXT NOT NULL, host TEXT NOT NULL,
    public_key BLOB NOT NULL, counter INTEGER NOT NULL, synced INTEGER NOT NULL, backed_up INTEGER NOT NULL,
    transports TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "passkey" VALUES ('x', 'x', 'x', 'x', x'01', 1, 1, 1, 'x', 1, 1);
CREATE INDEX passkey_user ON passkey (user);
CREATE TABLE person_told (
    n INTEGER PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user, at INTEGER NOT NULL, what TEXT NOT NULL,
    by TEXT NOT NULL) STRICT;
INSERT INTO "person_told" VALUES (1, 'x', 1, 'x', 'x');
CREATE INDEX person_told_user ON person_told (user);
PRAGMA user_version = 37;
