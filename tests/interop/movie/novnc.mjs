// What noVNC draws of movies, in one headless Chromium. Each line of standard input is a request:
//   {"movie": FILE, "header_end": N, "points": [[FROM, TO, FILE], ...]}
// The blocks of the stream's start, then those from byte FROM up to byte TO go in one after the other; the canvas goes to
// FILE as PPM. Each request is answered with a line: "ok", or what went wrong.

import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import path from 'node:path';

const packages = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../../packaging/npm');
const { chromium } = createRequire(path.join(packages, 'package.json'))('playwright-core');
const novnc = path.join(packages, 'node_modules/@novnc/novnc');
const origin = 'http://movie.test';
let movie = Buffer.alloc(0);

// Nothing comes from a network: the page, noVNC and the movie are handed to the browser here.
async function answer(route) {
    const name = new URL(route.request().url()).pathname;
    if (name === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>movie</title>' });
    if (name === '/movie') return route.fulfill({ contentType: 'application/octet-stream', body: movie });
    const file = path.join(novnc, path.normalize(name));
    return route.fulfill({ contentType: 'text/javascript', body: await readFile(file) });
}

// In the page.
async function prepare() {
    const { default: RFB } = await import('/core/rfb.js');
    const emptyUpdate = new Uint8Array(4).buffer;
    const bell = new Uint8Array([2]).buffer;

    function* blocks(view, from, to) {
        while (from < to) {
            const length = view.getUint32(from);
            yield view.buffer.slice(from + 4, from + 4 + length);
            from += 4 + Math.ceil(length / 4) * 4 + 4;
        }
    }

    // The bell behind the last message rings only once all before it has been taken rightly, and drawn: noVNC begins an
    // update, if only an empty one, when its pictures of the one before have been decoded.
    function play(rfb, channel, stream) {
        return new Promise((resolve, reject) => {
            rfb.addEventListener('bell', resolve);
            rfb.addEventListener('disconnect', () => reject(new Error('noVNC refused the stream')));
            for (const block of stream) channel.onmessage({ data: block });
            setTimeout(() => reject(new Error('noVNC came to no end')), 30000);
        });
    }

    window.load = async () => {
        window.movie = new DataView(await (await fetch('/movie')).arrayBuffer());
    };
    window.draw = async (headerEnd, from, to) => {
        const place = document.body.appendChild(document.createElement('div'));
        const channel = { binaryType: 'arraybuffer', protocol: '', readyState: 'open', send() {}, close() {},
                          onopen: null, onmessage: null, onerror: null, onclose: null };
        const rfb = new RFB(place, channel, {});
        rfb.viewOnly = true;
        await Promise.resolve();
        const view = window.movie;
        await play(rfb, channel, [...blocks(view, 12, headerEnd), ...blocks(view, from, to), emptyUpdate, bell]);
        const { width, height, data } = rfb.getImageData();
        rfb.disconnect();
        place.remove();
        let text = '';
        for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
        return { width, height, rgb: btoa(text) };
    };
}

async function obey(page, request) {
    movie = await readFile(request.movie);
    await page.evaluate(() => window.load());
    for (const [from, to, file] of request.points) {
        const picture = await page.evaluate(([...where]) => window.draw(...where), [request.header_end, from, to]);
        const head = Buffer.from(`P6\n${picture.width} ${picture.height}\n255\n`);
        await writeFile(file, Buffer.concat([head, Buffer.from(picture.rgb, 'base64')]));
    }
}

const browser = await chromium.launch({
    executablePath: process.env.PRONTO_CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    page.on('console', (message) => console.error(message.text()));
    await page.route('**/*', answer);
    await page.goto(origin + '/');
    await page.evaluate(prepare);
    console.log('ready');
    for await (const line of createInterface({ input: process.stdin })) {
        try {
            await obey(page, JSON.parse(line));
            console.log('ok');
        } catch (error) {
            console.log(String(error.message ?? error).split('\n')[0]);
        }
    }
} finally {
    await browser.close();
}
