// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated IOMMU, for drivers that do not do without one.
 *
 * It translates nothing: emulated devices do no DMA. It sees that what is mapped is
 * unmapped again, that no address space is freed while a device is attached to it, and
 * tells when one is taken away from a device.
 */

#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "fakehw.h"

/**
 * struct fakehw_domain - address space
 * @base: what the IOMMU core knows of it
 * @mapped: number of bytes that are mapped
 * @users: number of devices that are attached
 */
struct fakehw_domain {
	struct iommu_domain base;
	atomic64_t mapped;
	atomic_t users;
};

static struct iommu_device fakehw_iommu;
static const char *fakehw_iommu_compatible;
static void (*fakehw_iommu_detached)(struct device *dev);

static bool fakehw_domain_is_paging(struct iommu_domain *domain)
{
	return domain && domain->type & __IOMMU_DOMAIN_PAGING;
}

static struct fakehw_domain *to_fakehw_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct fakehw_domain, base);
}

static int fakehw_domain_attach(struct iommu_domain *domain, struct device *dev,
				struct iommu_domain *old)
{
	if (fakehw_domain_is_paging(domain))
		atomic_inc(&to_fakehw_domain(domain)->users);
	if (fakehw_domain_is_paging(old)) {
		atomic_dec(&to_fakehw_domain(old)->users);
		fakehw_iommu_detached(dev);
	}

	return 0;
}

static int fakehw_domain_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			     size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	*mapped = pgsize * pgcount;
	atomic64_add(*mapped, &to_fakehw_domain(domain)->mapped);

	return 0;
}

static size_t fakehw_domain_unmap(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
				  size_t pgcount, struct iommu_iotlb_gather *gather)
{
	size_t size = pgsize * pgcount;

	WARN_ON(atomic64_sub_return(size, &to_fakehw_domain(domain)->mapped) < 0);

	return size;
}

static void fakehw_domain_free(struct iommu_domain *domain)
{
	struct fakehw_domain *fake = to_fakehw_domain(domain);

	WARN_ON(atomic_read(&fake->users));
	WARN_ON(atomic64_read(&fake->mapped));
	kfree(fake);
}

static const struct iommu_domain_ops fakehw_domain_ops = {
	.attach_dev = fakehw_domain_attach,
	.map_pages = fakehw_domain_map,
	.unmap_pages = fakehw_domain_unmap,
	.free = fakehw_domain_free,
};

static struct iommu_domain fakehw_identity = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &(const struct iommu_domain_ops) {
		.attach_dev = fakehw_domain_attach,
	},
};

static struct iommu_domain *fakehw_domain_alloc(struct device *dev)
{
	struct fakehw_domain *fake = kzalloc_obj(*fake);

	if (!fake)
		return ERR_PTR(-ENOMEM);

	fake->base.pgsize_bitmap = SZ_4K;
	fake->base.geometry.aperture_end = DMA_BIT_MASK(32);
	fake->base.geometry.force_aperture = true;

	return &fake->base;
}

static struct iommu_device *fakehw_iommu_probe(struct device *dev)
{
	if (!of_device_is_compatible(dev->of_node, fakehw_iommu_compatible))
		return ERR_PTR(-ENODEV);

	return &fakehw_iommu;
}

static const struct iommu_ops fakehw_iommu_ops = {
	.identity_domain = &fakehw_identity,
	.default_domain = &fakehw_identity,
	.domain_alloc_paging = fakehw_domain_alloc,
	.probe_device = fakehw_iommu_probe,
	.device_group = generic_device_group,
	.default_domain_ops = &fakehw_domain_ops,
};

/**
 * fakehw_iommu_register - have an IOMMU for devices that appear from now on
 * @compatible: device tree compatible string of these devices
 * @detached: called when one of them has lost an address space
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int fakehw_iommu_register(const char *compatible, void (*detached)(struct device *dev))
{
	int ret;

	fakehw_iommu_compatible = compatible;
	fakehw_iommu_detached = detached;

	ret = iommu_device_sysfs_add(&fakehw_iommu, NULL, NULL, "fakehw-iommu");
	if (ret)
		return ret;

	ret = iommu_device_register(&fakehw_iommu, &fakehw_iommu_ops, NULL);
	if (ret)
		iommu_device_sysfs_remove(&fakehw_iommu);

	return ret;
}
