// One headless Chromium with the hub's page, as a person at it. Each line of standard input is [COMMAND, ARGUMENTS...], answered with
// a line of JSON: {"value": ...}, or {"error": WORDS}. The commands are the functions of `commands`.

import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../packaging/npm');
const { chromium } = createRequire(path.join(packages, 'package.json'))('playwright-core');

const browser = await chromium.launch({
    executablePath: process.env.PRONTO_CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1100, height: 760 } });
await context.grantPermissions(['clipboard-read', 'clipboard-write']);
const page = await context.newPage();
const complaints = [];
const addresses = [];
page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
});
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('request', (request) => addresses.push(request.url()));
page.on('websocket', (socket) => addresses.push(socket.url()));

// The control channel in the test's hands: what the page said and has not been asked for yet.
const said = [];

// In the page, before its own scripts. Streams stay the browser's own WebSockets.
function playControl() {
    class Played {
        constructor() {
            window.playedControl = this;
            this.readyState = WebSocket.CONNECTING;
            setTimeout(() => {
                this.readyState = WebSocket.OPEN;
                this.onopen?.();
            });
        }
        send(text) { window.pageSaid(text); }
        close() { this.readyState = WebSocket.CLOSED; }
    }
    window.WebSocket = new Proxy(WebSocket, {
        construct: (real, [url, protocols]) => url.endsWith('/api/v1/control') ? new Played() : new real(url, protocols),
    });
}

const seconds = Number(process.env.PRONTO_SLOW ?? 1);
page.setDefaultTimeout(60_000 * seconds);

// The page's own numbers of its picture: RGB of noVNC's canvas, unscaled.
function canvasPixels() {
    const canvas = document.querySelector('#screen canvas');
    if (!canvas || canvas.width === 0) return null;
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let text = '';
    for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
    return { width, height, rgb: btoa(text) };
}

const commands = {
    play_control: async () => {
        await page.exposeFunction('pageSaid', (text) => said.push(JSON.parse(text)));
        await page.addInitScript(playControl);
    },
    // Who is online, as the test says from here on.
    online: async (entries) => {
        await page.unroute(/\/api\/v1\/online$/);
        await page.route(/\/api\/v1\/online$/, (route) => route.fulfill({ json: { type: 'presence.list', entries } }));
    },
    said: () => said.splice(0),
    say: (message) => page.evaluate((text) => window.playedControl.onmessage({ data: text }), JSON.stringify(message)),
    hang_up: () => page.evaluate(() => window.playedControl.onclose()),
    open: async (address) => { await page.goto(address); },
    reload: async () => { await page.reload(); },
    size: (width, height) => page.setViewportSize({ width, height }),
    click: (selector) => page.click(selector),
    fill: (selector, text) => page.fill(selector, text),
    value: (selector) => page.inputValue(selector),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
    point: (x, y) => page.mouse.click(x, y),
    text: (selector) => page.innerText(selector),
    visible: (selector) => page.isVisible(selector),
    enabled: (selector) => page.isEnabled(selector),
    attribute: (selector, name) => page.getAttribute(selector, name),
    box: (selector) => page.locator(selector).boundingBox(),
    focused: () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName),
    full_screen: () => page.evaluate(() => document.fullscreenElement?.id ?? null),
    overflow: () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    clipboard: () => page.evaluate(() => navigator.clipboard.readText()),
    stored: () => page.evaluate(() => ({ ...sessionStorage, local: localStorage.length, cookies: document.cookie })),
    picture: () => page.evaluate(canvasPixels),
    shot: async (file) => { await page.screenshot({ path: file }); },
    complaints: () => complaints.splice(0),
    addresses: () => addresses.splice(0),
};

try {
    for await (const line of createInterface({ input: process.stdin })) {
        const [command, ...words] = JSON.parse(line);
        let answer;
        try {
            answer = { value: (await commands[command](...words)) ?? null };
        } catch (error) {
            answer = { error: String(error.message ?? error) };
        }
        console.log(JSON.stringify(answer));
    }
} finally {
    await browser.close();
}
