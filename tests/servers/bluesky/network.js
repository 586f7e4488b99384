// Bluesky's own servers for development: directory, PDS and AppView; says where, until it is ended.
'use strict'
const { TestNetwork } = require('@atproto/dev-env')

TestNetwork.create({ dbPostgresSchema: 'hnm' }).then((network) => {
  console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url }))
})
