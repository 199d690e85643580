// The remote screen: noVNC on a stream of the hub, and what its toolbar does with it.

import RFB from './novnc/core/rfb.js';
import KeyTable from './novnc/core/input/keysym.js';
import keysyms from './novnc/core/input/keysymdef.js';

const modifier = {
    control: [KeyTable.XK_Control_L, 'ControlLeft'],
    alt: [KeyTable.XK_Alt_L, 'AltLeft'],
    shift: [KeyTable.XK_Shift_L, 'ShiftLeft'],
    super: [KeyTable.XK_Super_L, 'MetaLeft'],
};

/** Combinations that a browser or the operator's own desktop takes for itself. */
export const combinations = [
    ['Esc', [[KeyTable.XK_Escape, 'Escape']]],
    ['Tab', [[KeyTable.XK_Tab, 'Tab']]],
    ['Enter', [[KeyTable.XK_Return, 'Enter']]],
    ['Super', [modifier.super]],
    ['Super+R', [modifier.super, [0x72, 'KeyR']]],
    ['Alt+Tab', [modifier.alt, [KeyTable.XK_Tab, 'Tab']]],
    ['Alt+F4', [modifier.alt, [KeyTable.XK_F4, 'F4']]],
    ['Ctrl+W', [modifier.control, [0x77, 'KeyW']]],
    ['Ctrl+Esc', [modifier.control, [KeyTable.XK_Escape, 'Escape']]],
    ['Ctrl+Shift+Esc', [modifier.control, modifier.shift, [KeyTable.XK_Escape, 'Escape']]],
    ['F11', [[KeyTable.XK_F11, 'F11']]],
    ['Print', [[KeyTable.XK_Print, 'PrintScreen']]],
];

export class Screen {
    /** `shown()` comes with the first picture, `copied(text)` with cut text, `lost()` when a stream ends by itself. */
    constructor(place, { shown, copied, lost }) {
        this.place_ = place;
        this.events_ = { shown, copied, lost };
        this.viewOnly_ = true;
        this.fit_ = true;
        this.rfb_ = null;
        place.addEventListener('focusout', () => this.releaseKeys_());
    }

    /** Shows this stream (of `session.stream`) in the place of the one before. */
    open({ session, stream, token }) {
        this.close();
        const url = `wss://${location.host}/api/v1/sessions/${session}/streams/${stream}`;
        const rfb = new RFB(this.place_, url, { shared: true, wsProtocols: ['pronto', `token.${token}`] });
        this.rfb_ = rfb;
        rfb.background = 'transparent';
        rfb.showDotCursor = true;
        rfb.addEventListener('connect', () => {
            this.apply_();
            rfb.focus({ preventScroll: true });
            this.events_.shown();
        });
        rfb.addEventListener('clipboard', (event) => this.events_.copied(event.detail.text));
        rfb.addEventListener('disconnect', () => {
            if (this.rfb_ !== rfb) return;
            this.rfb_ = null;
            this.events_.lost();
        });
        this.apply_();
    }

    close() {
        const rfb = this.rfb_;
        this.rfb_ = null;
        rfb?.disconnect();
        this.place_.replaceChildren();
    }

    set viewOnly(viewOnly) {
        if (viewOnly) this.releaseKeys_();
        this.viewOnly_ = viewOnly;
        this.apply_();
    }
    get viewOnly() { return this.viewOnly_; }

    /** Scaled to the place, or pixel for pixel with scroll bars. */
    set fit(fit) {
        this.fit_ = fit;
        this.apply_();
    }
    get fit() { return this.fit_; }

    focus() {
        this.rfb_?.focus({ preventScroll: true });
    }

    ctrlAltDel() {
        this.rfb_?.sendCtrlAltDel();
    }

    /** Of `combinations`: presses in this order, lets go in the other. */
    press(keys) {
        for (const [keysym, code] of keys) this.rfb_?.sendKey(keysym, code, true);
        for (const [keysym, code] of [...keys].reverse()) this.rfb_?.sendKey(keysym, code, false);
    }

    type(text) {
        for (const character of text) this.rfb_?.sendKey(keysyms.lookup(character.codePointAt(0)), null);
    }

    apply_() {
        if (!this.rfb_) return;
        this.rfb_.viewOnly = this.viewOnly_;
        this.rfb_.scaleViewport = this.fit_;
    }

    // noVNC lets all keys go when the window loses the focus; they must not stay down either when it goes to our toolbar, or
    // before noVNC sends nothing more.
    releaseKeys_() {
        if (this.rfb_) window.dispatchEvent(new FocusEvent('blur'));
    }
}
