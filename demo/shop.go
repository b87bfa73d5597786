package demo

import (
	"fmt"
	"math"
	"time"

	"github.com/weirhq/weir/event"
)

// Shop makes an online shop: visits, searches, carts, orders, coupons, invites,
// refunds, push and mail.
func Shop(o Options) *World {
	o = o.withDefaults()
	w := &World{Key: "shop", NameZH: "堰上商城", NameEN: "Weir Mall", Options: o, calendar: newCalendar(o)}
	w.plan = &plan{
		channels: []channel{
			{name: "organic", weight: 26, signUp: .62, keep: 95, spend: 1.1},
			{name: "search_ads", weight: 18, signUp: .55, keep: 70, spend: 1, click: 1.6},
			{name: "short_video", weight: 20, signUp: .58, keep: 55, spend: .9, click: 1.1},
			{name: "wechat", weight: 14, signUp: .66, keep: 90, spend: 1.05, click: .7},
			{name: "invite", weight: 10, signUp: .78, keep: 120, spend: 1.15},
			{name: "banner_network", weight: 12, signUp: .52, keep: 4, spend: .45, click: 2.4},
		},
		poor:          "banner_network",
		cities:        []string{"Shanghai", "Chengdu", "Hangzhou", "Beijing", "Shenzhen", "Wuhan", "Xi'an", "Nanjing"},
		cityPull:      []float64{18, 18, 15, 14, 13, 9, 7, 6},
		brokenVersion: "5.3.0", brokenCity: "Chengdu", brokenDay: o.Days - 24, brokenFactor: .25,
		campaignID: "cmp_demo_shop", campaignZH: "老客回访邮件", campaignEN: "Come-back mail",
		campaignDay: o.Days - 28, campaignHour: 10, holdout: .2, extraOrder: .08, goalDays: 7, goal: "order_paid",
		leaveReasons: []string{"late_delivery", "refund", "no_need"}, leaveWeights: []float64{4, 3, 3},
		leaveEvent:  map[string]string{"late_delivery": "delivery_late", "refund": "order_refunded"},
		emailDomain: "mall.example", idPrefix: "u", versionPeriod: 30,
	}
	w.generate, w.visit = shopTimeline, shopSession
	return w
}

var (
	categories = []string{"fresh", "snacks", "beauty", "digital", "home", "baby"}
	basePrice  = []float64{39, 28, 128, 560, 95, 110}
	products   = []string{"A", "B", "C", "D", "E", "F", "G", "H"}
)

// shopTimeline makes all events of one visitor of the shop.
func shopTimeline(w *World, i int, out *timeline) {
	p := w.plan.visitor(w, i)
	at := w.moment(p.rng, p.firstDay)
	landing(w, p, at, out)
	if !p.registers {
		return
	}
	register(w, p, out)
	out.add(p, "coupon_received", p.lastSeen.Add(time.Second), event.Properties{
		"coupon": event.Text("new_user_10"), "value": event.Num(10), "city": event.Text(p.city), "platform": event.Text(p.platform),
	})
	for d := p.registerD; d < w.days; d++ {
		if d == p.leaveDay && p.leaves(w) {
			farewell(w, p, d, out)
		}
		if w.plan.active(w, p, d) {
			shopSession(w, p, w.moment(p.rng, d), out)
		}
		weeklyPush(w, p, d, out)
	}
	campaign(w, p, out, paidOrder)
}

// landing is the first, anonymous look around.
func landing(w *World, p *visitor, at time.Time, out *timeline) {
	p.session = fmt.Sprintf("s-%d-%d", p.index, at.UnixMilli())
	props := with(p.context(w, at), event.Properties{
		"utm_source": event.Text(p.channel.name), "$referrer_host": event.Text(p.channel.name + ".example"),
	})
	out.add(p, "visit", at, props)
	if w.Key == "shop" {
		viewProduct(w, p, at.Add(time.Duration(5+p.rng.IntN(60))*time.Second), out)
	}
	p.lastSeen = at.Add(2 * time.Minute)
}

// register signs the visitor up and joins the anonymous history to the account.
func register(w *World, p *visitor, out *timeline) {
	at := p.lastSeen
	if p.registerD > p.firstDay {
		at = w.moment(p.rng, p.registerD)
	}
	anonymous := p.anonymous
	p.signedIn = true
	props := with(p.context(w, at), event.Properties{"channel": event.Text(p.channel.name)})
	if inviter := invitedBy(w, p); inviter != "" {
		props["inviter_id"] = event.Text(inviter)
	}
	identify := out.add(p, event.NameIdentify, at, nil)
	identify.Join = &event.Join{Kind: event.Identify, Other: anonymous}
	identify.Profile = &event.Profile{
		Set: event.Properties{
			"name": event.Text(fullName(p.rng)), "email": event.Text(p.id + "@" + w.plan.emailDomain),
			"gender": event.Text([]string{"female", "male"}[p.rng.IntN(2)]), "age": event.Num(float64(18 + int(math.Abs(p.rng.NormFloat64())*12))),
			"city": event.Text(p.city), "language": event.Text("zh-CN"),
		},
		SetOnce: event.Properties{
			"channel": event.Text(p.channel.name), "registered_at": event.Text(at.UTC().Format(time.RFC3339)),
		},
	}
	out.add(p, "register", at.Add(time.Second), props)
	p.lastSeen = at.Add(2 * time.Second)
}

// invitedBy gives the id of the person who invited p, if that person had signed up by then.
func invitedBy(w *World, p *visitor) string {
	if p.inviter < 0 {
		return ""
	}
	q := w.plan.visitor(w, p.inviter)
	if !q.registers || q.registerD >= p.registerD {
		return ""
	}
	return q.id
}

// shopSession is one visit: it may end in an order.
func shopSession(w *World, p *visitor, at time.Time, out *timeline) {
	r := p.rng
	p.session = fmt.Sprintf("s-%d-%d", p.index, at.UnixMilli())
	out.add(p, "visit", at, p.context(w, at))
	step := func() time.Time {
		at = at.Add(time.Duration(8+r.IntN(90)) * time.Second)
		return at
	}
	if r.Float64() < .35 {
		out.add(p, "search", step(), with(p.context(w, at), event.Properties{"keyword": event.Text(categories[p.taste])}))
	}
	var category string
	var price float64
	for range 1 + r.IntN(3) {
		category, price = viewProduct(w, p, step(), out)
	}
	if r.Float64() > .42 {
		return
	}
	item := event.Properties{"category": event.Text(category), "price": event.Num(price)}
	out.add(p, "add_to_cart", step(), with(p.context(w, at), item))
	if r.Float64() > .62*math.Min(1, .7+.3*p.channel.spend) {
		return
	}
	out.add(p, "checkout", step(), with(p.context(w, at), item))
	if r.Float64() > .74 {
		return
	}
	order(w, p, step(), category, price, out)
}

func viewProduct(w *World, p *visitor, at time.Time, out *timeline) (category string, price float64) {
	r := p.rng
	k := p.taste
	if r.Float64() < .4 {
		k = r.IntN(len(categories))
	}
	price = cents(basePrice[k] * (0.7 + 0.6*r.Float64()))
	out.add(p, "view_product", at, with(p.context(w, at), event.Properties{
		"category": event.Text(categories[k]), "product": event.Text(categories[k] + "-" + products[r.IntN(len(products))]), "price": event.Num(price),
	}))
	return categories[k], price
}

// order pays for one cart, sometimes with a coupon, and sometimes leads to an invitation.
func order(w *World, p *visitor, at time.Time, category string, price float64, out *timeline) {
	r := p.rng
	quantity := 1 + int(r.ExpFloat64()*1.1)
	amount := cents(price * float64(quantity) * p.wealth * p.channel.spend)
	props := with(p.context(w, at), event.Properties{
		"order_id": event.Text(fmt.Sprintf("o-%d-%d", p.index, at.UnixMilli())), "category": event.Text(category),
		"quantity": event.Num(float64(quantity)), "amount": event.Num(amount),
	})
	if r.Float64() < .18 {
		props["coupon"] = event.Text("weekend_15")
		props["amount"] = event.Num(cents(amount * .85))
		out.add(p, "coupon_used", at, with(p.context(w, at), event.Properties{"coupon": event.Text("weekend_15"), "value": event.Num(cents(amount * .15))}))
	}
	out.add(p, "order_paid", at.Add(20*time.Second), props)
	if r.Float64() < .07 {
		out.add(p, "invite", at.Add(3*time.Minute), with(p.context(w, at), event.Properties{"method": event.Text([]string{"wechat", "link", "poster"}[r.IntN(3)])}))
	}
}

// paidOrder is the order that the planted campaign brings.
func paidOrder(w *World, p *visitor, at time.Time, out *timeline) {
	p.session = fmt.Sprintf("s-%d-%d", p.index, at.UnixMilli())
	out.add(p, "visit", at, with(p.context(w, at), event.Properties{"utm_source": event.Text("email")}))
	category, price := viewProduct(w, p, at.Add(40*time.Second), out)
	item := event.Properties{"category": event.Text(category), "price": event.Num(price)}
	out.add(p, "add_to_cart", at.Add(2*time.Minute), with(p.context(w, at), item))
	out.add(p, "checkout", at.Add(3*time.Minute), with(p.context(w, at), item))
	order(w, p, at.Add(4*time.Minute), category, price, out)
}
