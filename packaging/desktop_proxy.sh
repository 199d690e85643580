# Sourced by what starts the bundled agent: a proxy that was set by hand in the desktop's settings (GNOME's, which Cinnamon,
# MATE, Budgie and Xfce's browsers share, or KDE's) becomes the environment's, which libproxy reads. Its own plugins for
# desktops were made for the computer's libraries, not for the bundle's. What the environment says already stays.

gnome_setting() { # SCHEMA KEY
    gsettings get "org.gnome.system.proxy$1" "$2" 2>/dev/null | sed "s/^'\(.*\)'\$/\1/"
}

gnome_proxy() {
    [ "$(gnome_setting '' mode)" = manual ] || return 0
    for kind in https:http http:http socks:socks5; do
        host=$(gnome_setting ".${kind%:*}" host)
        port=$(gnome_setting ".${kind%:*}" port)
        [ -n "$host" ] && [ "${port:-0}" != 0 ] || continue
        https_proxy=${kind#*:}://$host:$port
        break
    done
    # ['localhost', '127.0.0.0/8'], or @as [] if there is none
    no_proxy=$(gnome_setting '' ignore-hosts | sed "s/^@as//; s/[]'[ ]//g")
}

kde_setting() { # KEY
    "$kreadconfig" --file kioslaverc --group 'Proxy Settings' --key "$1" 2>/dev/null
}

kde_proxy() {
    kreadconfig=$(command -v kreadconfig6 || command -v kreadconfig5) || return 0
    [ "$(kde_setting ProxyType)" = 1 ] || return 0
    for kind in httpsProxy httpProxy socksProxy; do
        # http://proxy.example 3128, in older settings with a colon
        https_proxy=$(kde_setting "$kind" | sed 's|/* *$||; s| \([0-9]*\)$|:\1|; s|^socks://|socks5://|')
        [ -z "$https_proxy" ] || break
    done
    [ "$(kde_setting ReversedException)" = true ] || no_proxy=$(kde_setting NoProxyFor)
}

desktop_proxy() {
    [ -z "${https_proxy:-}${HTTPS_PROXY:-}${http_proxy:-}${HTTP_PROXY:-}${all_proxy:-}${ALL_PROXY:-}" ] || return 0
    case ${XDG_CURRENT_DESKTOP:-} in
        *KDE*) kde_proxy ;;
        *) if command -v gsettings >/dev/null; then gnome_proxy; fi ;;
    esac
    [ -n "${https_proxy:-}" ] || return 0
    export https_proxy
    if [ -n "${no_proxy:-}" ]; then export no_proxy; fi
}
