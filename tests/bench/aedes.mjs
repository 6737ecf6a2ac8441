// aedes as compare.sh runs it:  node aedes.mjs <folder with node_modules/aedes> <port>
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, port] = process.argv.slice(2)
const { Aedes } = await import(pathToFileURL(path.resolve(folder, 'node_modules/aedes/aedes.js')))
const broker = await Aedes.createBroker()
net.createServer({ noDelay: true }, broker.handle).listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
